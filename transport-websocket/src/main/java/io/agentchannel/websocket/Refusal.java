package io.agentchannel.websocket;

import io.netty.handler.codec.http.HttpResponseStatus;

/** An upgrade request that is answered with an error. Its message is the body, one line. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient HttpResponseStatus status;

  Refusal(HttpResponseStatus status, String message) {
    super(message, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
    this.status = status;
  }

  HttpResponseStatus status() {
    return status;
  }
}
