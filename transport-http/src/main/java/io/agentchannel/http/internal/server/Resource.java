package io.agentchannel.http.internal.server;

/** What is reached at some paths. Its methods are called on the connection's event loop. */
public interface Resource {

  /** Whether the request is for it, by its path alone. */
  boolean owns(RequestHead head);

  /**
   * How many bytes of a body it takes, before any is read.
   *
   * @throws Refusal to answer at once: an unknown method, say
   */
  int maxBody(RequestHead head) throws Refusal;

  /**
   * Serves a request that has come in whole; the response may be sent later, from any thread.
   *
   * @throws Refusal to answer at once
   */
  void serve(RequestHead head, byte[] body, Responder responder) throws Refusal;
}
