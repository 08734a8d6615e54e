package io.agentchannel.testkit.contract;

import io.agentchannel.Duplex;
import io.agentchannel.OneWay;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Streaming;
import io.agentchannel.Topic;
import io.agentchannel.Unary;
import java.util.SplittableRandom;

/** The operations that the tests serve and call. */
final class Ops {
  static final Unary<String, String> ECHO = Operation.unary("echo", String.class, String.class);
  static final Unary<Payload, Payload> RAW = Operation.raw("raw");
  static final Unary<Integer, Integer> DOUBLE =
      Operation.unary("double", Integer.class, Integer.class);
  static final Streaming<Integer, Integer> COUNT =
      Operation.streaming("count", Integer.class, Integer.class);
  static final Streaming<Integer, Payload> CHUNKS =
      Operation.streaming("chunks", Integer.class, Payload.class);
  static final Duplex<Integer, Integer> TALK =
      Operation.duplex("talk", Integer.class, Integer.class);
  static final Duplex<Payload, Payload> TALK_RAW =
      Operation.duplex("talk.raw", Payload.class, Payload.class);
  static final OneWay<String> NOTE = Operation.oneWay("note", String.class);
  static final Topic<Integer> NEWS = Topic.of("news", Integer.class);

  static final int KIB = 1024;
  static final int MIB = 1024 * KIB;

  private Ops() {}

  /** Bytes that are the same for the same size. */
  static Payload bytes(int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(size).nextBytes(bytes);
    return Payload.of("application/x-noise", bytes);
  }
}
