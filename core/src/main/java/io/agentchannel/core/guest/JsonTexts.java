package io.agentchannel.core.guest;

import io.agentchannel.Payload;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Kind;
import io.agentchannel.core.wire.JsonEnvelopes;
import io.agentchannel.core.wire.Status;
import org.jspecify.annotations.Nullable;

/** The envelopes that a JSON client gets, as texts. */
final class JsonTexts {
  private JsonTexts() {}

  static String item(String exchange, long seq, Payload item, boolean last) {
    return JsonEnvelopes.write(exchange, envelope(Kind.ITEM, seq, 0, last, item, null));
  }

  static String end(String exchange, long seq, Status status) {
    return JsonEnvelopes.write(exchange, envelope(Kind.END, seq, 0, false, null, status));
  }

  static String credit(String exchange, long bytes) {
    return JsonEnvelopes.write(exchange, envelope(Kind.CREDIT, 0, bytes, false, null, null));
  }

  static String pong(long token) {
    return JsonEnvelopes.write("", Envelope.pong(token));
  }

  private static Envelope envelope(
      Kind kind,
      long seq,
      long credit,
      boolean last,
      @Nullable Payload payload,
      @Nullable Status status) {
    return new Envelope(
        kind,
        false,
        0,
        seq,
        0,
        credit,
        0,
        last,
        false,
        0,
        0,
        payload == null ? "" : payload.contentType(),
        payload == null ? Envelope.noBody() : payload.body(),
        null,
        status,
        null,
        0);
  }
}
