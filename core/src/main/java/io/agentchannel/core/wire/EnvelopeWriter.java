package io.agentchannel.core.wire;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;

/**
 * Writes envelopes as the fields of a packet ({@code docs/protocol/envelope.proto}); a packet is
 * any number of them one after the other. Allocates nothing.
 *
 * <p>What users gave (operation, metadata, key, content type, details) is expected to be within
 * {@link WireLimits}: the writer does not check it again, and the peer breaks the link.
 */
public final class EnvelopeWriter {
  private EnvelopeWriter() {}

  /**
   * The bytes that the envelope adds to a packet.
   *
   * @throws IllegalArgumentException if a number is negative, the body is longer than {@link
   *     Envelope#MAX_BODY} or the counters of a DONE do not ascend
   */
  public static int framedSize(Envelope e) {
    return Protobuf.framedSize(Schema.PACKET_ENVELOPE, size(e));
  }

  /**
   * Appends the envelope to the packet.
   *
   * @throws IllegalArgumentException as {@link #framedSize} does
   * @throws BufferOverflowException if it does not fit; part of it may be written
   */
  public static void writeFramed(Envelope e, ByteBuffer out) {
    write(e, size(e), out);
  }

  /**
   * Appends the envelope to the packet, with less work.
   *
   * @param framedSize what {@link #framedSize(Envelope)} has said of this very envelope
   * @throws BufferOverflowException if it does not fit; part of it may be written
   */
  public static void writeFramed(Envelope e, int framedSize, ByteBuffer out) {
    int lengthSize = 1;
    while (Protobuf.varintSize(framedSize - 1 - lengthSize) > lengthSize) {
      lengthSize++;
    }
    write(e, framedSize - 1 - lengthSize, out);
  }

  private static int size(Envelope e) {
    int body = e.body().remaining();
    // The sign survives an OR: one test for all of them. Counters lose one bit to the side.
    long signs =
        e.exchange()
            | (e.exchange() << 1)
            | e.seq()
            | e.ack()
            | e.credit()
            | e.size()
            | e.ttl()
            | e.attempt()
            | e.token();
    if (signs < 0 || body > Envelope.MAX_BODY) {
      throw new IllegalArgumentException(
          signs < 0
              ? "a number in an envelope is negative or too large"
              : "a body of " + body + " bytes is too large for an envelope");
    }
    int size =
        Protobuf.numberSize(Schema.ENVELOPE_KIND, e.kind().number())
            + Protobuf.numberSize(Schema.ENVELOPE_EXCHANGE, packedExchange(e))
            + Protobuf.numberSize(Schema.ENVELOPE_SEQ, e.seq())
            + Protobuf.numberSize(Schema.ENVELOPE_ACK, e.ack())
            + Protobuf.numberSize(Schema.ENVELOPE_CREDIT, e.credit())
            + (e.last() ? 2 : 0)
            + (e.more() ? 2 : 0)
            + contentTypeSize(e.contentType())
            + (body == 0 ? 0 : Protobuf.framedSize(Schema.ENVELOPE_BODY, body))
            + Protobuf.numberSize(Schema.ENVELOPE_SIZE, e.size())
            + Protobuf.numberSize(Schema.ENVELOPE_TTL, e.ttl())
            + Protobuf.numberSize(Schema.ENVELOPE_ATTEMPT, e.attempt())
            + Protobuf.numberSize(Schema.ENVELOPE_TOKEN, e.token());
    return e.open() == null && e.status() == null && e.done() == null ? size : size + partsSize(e);
  }

  private static int partsSize(Envelope e) {
    Envelope.Open open = e.open();
    Status status = e.status();
    Envelope.Done done = e.done();
    return (open == null ? 0 : Protobuf.framedSize(Schema.ENVELOPE_OPEN, OpenMessage.size(open)))
        + (status == null
            ? 0
            : Protobuf.framedSize(Schema.ENVELOPE_STATUS, StatusMessage.size(status)))
        + (done == null ? 0 : Protobuf.framedSize(Schema.ENVELOPE_DONE, DoneMessage.size(done)));
  }

  private static void write(Envelope e, int size, ByteBuffer out) {
    Protobuf.putFrame(Schema.PACKET_ENVELOPE, size, out);
    Protobuf.putNumber(Schema.ENVELOPE_KIND, e.kind().number(), out);
    Protobuf.putNumber(Schema.ENVELOPE_EXCHANGE, packedExchange(e), out);
    Protobuf.putNumber(Schema.ENVELOPE_SEQ, e.seq(), out);
    Protobuf.putNumber(Schema.ENVELOPE_ACK, e.ack(), out);
    Protobuf.putNumber(Schema.ENVELOPE_CREDIT, e.credit(), out);
    Protobuf.putNumber(Schema.ENVELOPE_LAST, e.last() ? 1 : 0, out);
    Protobuf.putNumber(Schema.ENVELOPE_MORE, e.more() ? 1 : 0, out);
    Protobuf.putNumber(Schema.ENVELOPE_CONTENT_TYPE, ContentTypes.numberOf(e.contentType()), out);
    putBody(e.body(), out);
    Protobuf.putNumber(Schema.ENVELOPE_SIZE, e.size(), out);
    Protobuf.putNumber(Schema.ENVELOPE_TTL, e.ttl(), out);
    Protobuf.putNumber(Schema.ENVELOPE_ATTEMPT, e.attempt(), out);
    putParts(e, out);
    if (ContentTypes.numberOf(e.contentType()) == 0) {
      Protobuf.putText(Schema.ENVELOPE_CONTENT_TYPE_NAME, e.contentType(), out);
    }
    Protobuf.putNumber(Schema.ENVELOPE_TOKEN, e.token(), out);
  }

  private static void putBody(ByteBuffer body, ByteBuffer out) {
    int length = body.remaining();
    if (length > 0) {
      Protobuf.putFrame(Schema.ENVELOPE_BODY, length, out);
      if (length > out.remaining()) {
        throw new BufferOverflowException();
      }
      // The absolute copy leaves the body's position alone, without a duplicate of it.
      out.put(out.position(), body, body.position(), length);
      out.position(out.position() + length);
    }
  }

  private static void putParts(Envelope e, ByteBuffer out) {
    Envelope.Open open = e.open();
    if (open != null) {
      Protobuf.putFrame(Schema.ENVELOPE_OPEN, OpenMessage.size(open), out);
      OpenMessage.put(open, out);
    }
    Status status = e.status();
    if (status != null) {
      Protobuf.putFrame(Schema.ENVELOPE_STATUS, StatusMessage.size(status), out);
      StatusMessage.put(status, out);
    }
    Envelope.Done done = e.done();
    if (done != null) {
      Protobuf.putFrame(Schema.ENVELOPE_DONE, DoneMessage.size(done), out);
      DoneMessage.put(done, out);
    }
  }

  private static int contentTypeSize(String contentType) {
    if (contentType.isEmpty()) {
      return 0;
    }
    int number = ContentTypes.numberOf(contentType);
    return number == 0
        ? Protobuf.textSize(Schema.ENVELOPE_CONTENT_TYPE_NAME, contentType)
        : Protobuf.numberSize(Schema.ENVELOPE_CONTENT_TYPE, number);
  }

  private static long packedExchange(Envelope e) {
    return (e.exchange() << 1) | (e.mine() ? 1 : 0);
  }
}
