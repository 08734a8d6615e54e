package io.agentchannel.netty.internal;

import io.agentchannel.Code;

/**
 * What a protocol has to tell of a connection that it begins; the first word counts. Thread-safe.
 *
 * @param <T> what becomes of the connection
 */
public interface Attempt<T> {

  /** The attempt ends with this; discards it if it has ended before. */
  void succeed(T made);

  /** The attempt ends with an error of the given code, and a text that the endpoint precedes. */
  void fail(Code code, String what);

  /** The attempt ends with what is to be said about this failure. */
  void fail(Throwable failure);
}
