package io.agentchannel.http.service;

import io.agentchannel.Operation;
import io.agentchannel.ReplyStream;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import java.util.ArrayList;
import java.util.List;

/** What the tests ask of services. */
final class Questions {
  record Question(String text) {}

  record Answer(String text) {}

  static final Unary<Question, Answer> ASK = Operation.unary("ask", Question.class, Answer.class);
  static final Streaming<Question, Answer> CHAT =
      Operation.streaming("chat", Question.class, Answer.class);
  static final Streaming<String, String> TEXTS =
      Operation.streaming("texts", String.class, String.class);
  static final Streaming<Integer, Integer> NUMBERS =
      Operation.streaming("numbers", Integer.class, Integer.class);
  static final Question QUESTION = new Question("why");

  private Questions() {}

  static <T> List<T> all(ReplyStream<T> stream) {
    List<T> all = new ArrayList<>();
    try (stream) {
      stream.forEach(all::add);
    }
    return all;
  }
}
