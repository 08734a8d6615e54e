package io.agentchannel.core.wire;

import io.agentchannel.core.wire.Envelope.Kind;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads packets ({@code docs/protocol/envelope.proto}). What an envelope holds when it comes out of
 * here is within {@link WireLimits} and fits its kind; whether it fits the state of its exchange is
 * for others to say.
 *
 * <p>Fields that this version does not know are passed over; a field twice, one of another wire
 * type, and kinds that it does not know are malformed.
 */
public final class EnvelopeReader {
  private static final @Nullable Kind[] KINDS = kindsByNumber();

  private EnvelopeReader() {}

  /**
   * Hands each envelope of the packet to the sink, in order. Where the packet is malformed, the
   * envelopes before that place have been handed over already.
   *
   * @param packet from its position to its limit, which stay as they are; bodies are views of it,
   *     so its bytes must not change from here on
   * @param sink called in this thread; what it throws passes through
   */
  public static void readPacket(ByteBuffer packet, Consumer<? super Envelope> sink)
      throws MalformedPacketException {
    WireInput in = new WireInput(packet);
    while (in.hasMore()) {
      if (in.field() == Schema.PACKET_ENVELOPE) {
        sink.accept(read(in));
      } else {
        in.skip();
      }
    }
  }

  private static Envelope read(WireInput in) throws MalformedPacketException {
    Kind kind = null;
    long exchange = 0;
    long seq = 0;
    long ack = 0;
    long credit = 0;
    int attempt = 0;
    boolean last = false;
    boolean more = false;
    long size = 0;
    long ttl = 0;
    String contentType = "";
    ByteBuffer body = null;
    Envelope.Open open = null;
    Status status = null;
    Envelope.Done done = null;
    long token = 0;
    int seen = 0;

    int outer = in.enter();
    while (in.hasMore()) {
      int field = in.field();
      if (field <= Schema.ENVELOPE_TOKEN) {
        int bit = 1 << field;
        if ((seen & bit) != 0) {
          throw new MalformedPacketException("field " + field + " of an envelope is there twice");
        }
        seen |= bit;
      }
      switch (field) {
        case Schema.ENVELOPE_KIND -> kind = kindOf(in.number());
        case Schema.ENVELOPE_EXCHANGE -> exchange = in.number();
        case Schema.ENVELOPE_SEQ -> seq = in.number();
        case Schema.ENVELOPE_ACK -> ack = in.number();
        case Schema.ENVELOPE_CREDIT -> credit = in.number();
        case Schema.ENVELOPE_LAST -> last = in.flag();
        case Schema.ENVELOPE_MORE -> more = in.flag();
        case Schema.ENVELOPE_CONTENT_TYPE -> {
          requireNoContentType(contentType);
          contentType = ContentTypes.ofNumber(in.number());
        }
        case Schema.ENVELOPE_BODY -> body = in.bytes("body", Envelope.MAX_BODY);
        case Schema.ENVELOPE_SIZE -> size = in.number();
        case Schema.ENVELOPE_TTL -> ttl = in.number();
        case Schema.ENVELOPE_ATTEMPT -> attempt = in.smallNumber();
        case Schema.ENVELOPE_OPEN -> open = OpenMessage.read(in);
        case Schema.ENVELOPE_STATUS -> status = StatusMessage.read(in);
        case Schema.ENVELOPE_DONE -> done = DoneMessage.read(in);
        case Schema.ENVELOPE_CONTENT_TYPE_NAME -> {
          requireNoContentType(contentType);
          contentType = ContentTypes.ofText(in.text("content type", WireLimits.MAX_CONTENT_TYPE));
        }
        case Schema.ENVELOPE_TOKEN -> token = in.number();
        default -> in.skip();
      }
    }
    in.leave(outer);

    if (kind == null) {
      throw new MalformedPacketException("an envelope without a kind");
    }
    Envelope envelope =
        new Envelope(
            kind,
            (exchange & 1) != 0,
            exchange >>> 1,
            seq,
            ack,
            credit,
            attempt,
            last,
            more,
            size,
            ttl,
            contentType,
            body == null ? Envelope.noBody() : body,
            open,
            status,
            done,
            token);
    EnvelopeRules.check(envelope);
    return envelope;
  }

  private static void requireNoContentType(String contentType) throws MalformedPacketException {
    if (!contentType.isEmpty()) {
      throw new MalformedPacketException("an envelope with two content types");
    }
  }

  private static Kind kindOf(long number) throws MalformedPacketException {
    Kind kind = number < KINDS.length ? KINDS[(int) number] : null;
    if (kind == null) {
      throw new MalformedPacketException("an envelope of unknown kind " + number);
    }
    return kind;
  }

  private static @Nullable Kind[] kindsByNumber() {
    @Nullable Kind[] kinds = new Kind[16];
    for (Kind kind : Kind.values()) {
      kinds[kind.number()] = kind;
    }
    return kinds;
  }
}
