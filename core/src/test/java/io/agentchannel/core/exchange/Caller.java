package io.agentchannel.core.exchange;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A caller in a test, which remembers what it was told. Takes its replies at once. */
class Caller implements Replies {
  Requests requests;
  final List<Payload> items = new ArrayList<>();
  boolean takes = true;
  boolean accepted;
  boolean ended;
  int readyTold;
  @Nullable AgentException failure;

  void send(String text, boolean last) {
    requests.item(Payload.ofText(text), last);
  }

  void send(byte[] bytes, boolean last) {
    requests.item(Payload.ofBytes(bytes), last);
  }

  void cancel() {
    requests.cancel(new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "changed its mind"));
  }

  List<String> texts() {
    return items.stream().map(Payload::utf8).toList();
  }

  boolean endedWell() {
    return ended && failure == null;
  }

  /** Code and outcome in one. */
  String failed() {
    return failure == null ? "" : failure.code() + " " + failure.outcome();
  }

  @Override
  public void accepted() {
    accepted = true;
  }

  @Override
  public void item(Payload item, boolean last) {
    if (ended) {
      throw new AssertionError("an item after the end");
    }
    items.add(item);
    ended = last;
    if (takes && requests != null) {
      requests.taken(1);
    }
  }

  @Override
  public void end(@Nullable AgentException why) {
    if (ended) {
      throw new AssertionError("ended twice");
    }
    ended = true;
    failure = why;
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void onReady() {
    readyTold++;
  }

  @Override
  public void taken(int count) {}
}
