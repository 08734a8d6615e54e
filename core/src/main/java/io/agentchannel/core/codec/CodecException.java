package io.agentchannel.core.codec;

import org.jspecify.annotations.Nullable;

/** A built-in codec's refusal; the message is one line, fit for the peer. */
final class CodecException extends Exception {
  private static final long serialVersionUID = 1L;

  CodecException(String message) {
    this(message, null);
  }

  CodecException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static CodecException noNull() {
    return new CodecException("null is no value of it");
  }

  static CodecException contentType(MediaType actual, String takes) {
    return new CodecException("its content type is " + actual + ", this takes " + takes);
  }
}
