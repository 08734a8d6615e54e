package io.agentchannel.http.internal.server;

import io.netty.handler.codec.http.HttpResponseStatus;

/** A request that is answered with an error. Its message is for the client, one line. */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Response response;

  public Refusal(HttpResponseStatus status, String message) {
    this(Problem.of(status, message), message);
  }

  /** One that is answered with more than a status and a line. */
  public Refusal(Response response, String message) {
    super(message, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
    this.response = response;
  }

  public Response response() {
    return response;
  }
}
