package io.agentchannel.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EnvelopeReaderTest {
  private static final int OPEN = 1;
  private static final int ITEM = 2;
  private static final int END = 3;

  @Test
  void anEmptyPacketHasNoEnvelopes() throws MalformedPacketException {
    assertThat(Packets.read(new byte[0])).isEmpty();
  }

  @Test
  void unknownFieldsOfEveryWireTypeArePassedOver() throws MalformedPacketException {
    ProtoBytes unknown =
        new ProtoBytes()
            .number(100, -1)
            .varint(101 << 3 | 1)
            .raw(new byte[8])
            .varint(102 << 3 | 5)
            .raw(new byte[4])
            .text(103, "later")
            .text(103, "and again");
    byte[] later = unknown.toByteArray();
    byte[] packet =
        new ProtoBytes()
            .raw(later)
            .message(
                1,
                new ProtoBytes()
                    .raw(later)
                    .number(1, OPEN)
                    .number(2, 3)
                    .number(3, 1)
                    .number(12, 1)
                    .message(
                        13,
                        new ProtoBytes()
                            .text(1, "ask")
                            .raw(later)
                            .message(4, new ProtoBytes().text(1, "a").raw(later).text(2, "b")))
                    .raw(later))
            .message(
                1,
                new ProtoBytes()
                    .number(1, 10)
                    .message(14, new ProtoBytes().raw(later).number(1, 14)))
            .message(
                1,
                new ProtoBytes().number(1, 7).message(15, new ProtoBytes().raw(later).number(1, 5)))
            .raw(later)
            .toByteArray();

    List<Envelope> envelopes = Packets.read(packet);

    assertThat(envelopes)
        .extracting(Envelope::kind)
        .containsExactly(Envelope.Kind.OPEN, Envelope.Kind.GOAWAY, Envelope.Kind.DONE);
    assertThat(envelopes.get(0).open())
        .isEqualTo(new Envelope.Open("ask", Map.of("a", "b"), null, null));
    assertThat(envelopes.get(1).status().code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(envelopes.get(2).done().floor()).isEqualTo(5);
  }

  @Test
  void fieldsComeInAnyOrderAndZerosMayBeWritten() throws MalformedPacketException {
    byte[] packet =
        envelope(
            new ProtoBytes()
                .number(17, 0)
                .bytes(9, new byte[] {1})
                .number(8, 2)
                .number(3, 4)
                .number(6, 0)
                .number(2, 2)
                .number(5, 0)
                .number(1, ITEM));

    Envelope e = Packets.read(packet).get(0);

    assertThat(e.seq()).isEqualTo(4);
    assertThat(e.contentType()).isEqualTo(Payload.BYTES);
    assertThat(Packets.bodyOf(e)).containsExactly(1);
  }

  @Test
  void aCodeOfALaterVersionIsInternalAndAnOutcomeUnknown() throws MalformedPacketException {
    byte[] packet =
        envelope(
            new ProtoBytes()
                .number(1, 10)
                .message(14, new ProtoBytes().number(1, 4711).number(2, 99)));

    Status status = Packets.read(packet).get(0).status();

    assertThat(status.code()).isEqualTo(Code.INTERNAL);
    assertThat(status.outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void envelopesBeforeTheMalformedOneAreHandedOver() {
    byte[] packet =
        new ProtoBytes()
            .raw(Packets.write(Envelope.ping(1)))
            .message(1, new ProtoBytes())
            .toByteArray();
    List<Envelope> delivered = new ArrayList<>();

    assertThatThrownBy(() -> EnvelopeReader.readPacket(ByteBuffer.wrap(packet), delivered::add))
        .isInstanceOf(MalformedPacketException.class);
    assertThat(delivered).containsExactly(Envelope.ping(1));
  }

  @Test
  void whatTheSinkThrowsPassesThrough() {
    ByteBuffer packet = ByteBuffer.wrap(Packets.write(Envelope.ping(1)));
    IllegalStateException own = new IllegalStateException("own");

    assertThatThrownBy(
            () ->
                EnvelopeReader.readPacket(
                    packet,
                    e -> {
                      throw own;
                    }))
        .isSameAs(own);
  }

  @ParameterizedTest
  @MethodSource("within")
  void whatIsAtItsLimitIsRead(byte[] packet) throws MalformedPacketException {
    assertThat(Packets.read(packet)).hasSize(1);
  }

  static Stream<Arguments> within() {
    ProtoBytes manyEntries = new ProtoBytes();
    for (int i = 0; i < WireLimits.MAX_ENTRIES; i++) {
      manyEntries.message(4, entry("n" + i, ""));
    }
    ProtoBytes largeEntry = new ProtoBytes().message(4, entry("n", "x".repeat(16 * 1024 - 1)));
    return Stream.of(
        packet("a body of 60 KiB", item().bytes(9, new byte[60 * 1024])),
        packet("a name of 128", open(new ProtoBytes().text(1, "x".repeat(128)))),
        packet("a key of 256", open(ask().text(2, "€".repeat(256)))),
        packet("64 entries", open(ask().raw(manyEntries.toByteArray()))),
        packet("16 KiB of entries", open(ask().raw(largeEntry.toByteArray()))),
        packet("64 details", end(manyEntries)),
        packet("a message of 4,096", end(new ProtoBytes().text(3, "€".repeat(4096)))),
        packet("a content type of 255", item().text(16, "x".repeat(255))),
        packet("4,096 counters", done(new byte[4096])),
        packet("an END that is an abort", kind(END, 2, 0).message(14, new ProtoBytes())),
        packet("the largest counter", kind(ITEM, 2, Long.MAX_VALUE)),
        packet("the largest attempt", openWith(Integer.MAX_VALUE, ask())),
        packet(
            "a number longer than needed",
            new ProtoBytes().number(1, 11).raw(bytes("2081 8080 8080 8080 8080 00"))));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatIsBeyondALimitOrAgainstARuleIsMalformed(byte[] packet, String message) {
    assertThatThrownBy(() -> Packets.read(packet))
        .isInstanceOf(MalformedPacketException.class)
        .hasMessageContaining(message)
        .hasMessageMatching("[ -~]{1,240}");
  }

  static Stream<Arguments> malformed() {
    return Stream.of(limits(), rules(), structure()).flatMap(cases -> cases);
  }

  private static Stream<Arguments> limits() {
    ProtoBytes manyEntries = new ProtoBytes();
    for (int i = 0; i < 65; i++) {
      manyEntries.message(4, entry("n" + i, ""));
    }
    ProtoBytes largeEntries = new ProtoBytes();
    for (int i = 0; i < 16; i++) {
      largeEntries.message(4, entry(i + "é", "é".repeat(512)));
    }
    return Stream.of(
        bad("body", item().bytes(9, new byte[60 * 1024 + 1]), "body has more than 61440 bytes"),
        bad("operation", open(new ProtoBytes().text(1, "x".repeat(129))), "more than 128"),
        bad("operation, long", open(new ProtoBytes().text(1, "x".repeat(9999))), "more than 128"),
        bad("no operation", open(new ProtoBytes()), "operation's name"),
        bad("operation's letters", open(new ProtoBytes().text(1, "a/b")), "operation's name"),
        bad("operation's first letter", open(new ProtoBytes().text(1, "-a")), "operation's name"),
        bad("operation's alphabet", open(new ProtoBytes().text(1, "é")), "operation's name"),
        bad("key", open(ask().text(2, "x".repeat(257))), "key has more than 256"),
        bad("empty key", open(ask().text(2, "")), "key has 1 to 256"),
        bad("metadata's count", open(ask().raw(manyEntries.toByteArray())), "64 entries"),
        bad("metadata's size", open(ask().raw(largeEntries.toByteArray())), "16384 bytes"),
        bad("metadata's name", open(ask().message(4, entry("A", ""))), "capital letters"),
        bad("metadata without a name", open(ask().message(4, entry("", "x"))), "empty"),
        bad(
            "metadata twice",
            open(ask().message(4, entry("a", "1")).message(4, entry("a", "1"))),
            "a name twice"),
        bad("kind of call", open(ask().number(3, 5)), "kind of call"),
        bad("details' count", end(manyEntries), "64 entries"),
        bad("details' size", end(largeEntries), "16384 bytes"),
        bad("message", end(new ProtoBytes().text(3, "x".repeat(4097))), "more than 4096"),
        bad("content type", item().text(16, "x".repeat(256)), "more than 255"),
        bad("content type's letters", item().text(16, "text/\n"), "printable ASCII"),
        bad("content type's alphabet", item().text(16, "text/é"), "printable ASCII"),
        bad("empty content type", item().text(16, ""), "printable ASCII"),
        bad("content type's number", item().number(8, 4), "content type"),
        bad("content type twice", item().number(8, 1).text(16, "a"), "two content types"),
        bad("content type twice", item().text(16, "a").number(8, 1), "two content types"),
        bad("counters", done(new byte[4097]), "more than 4096"),
        bad(
            "counters' sum",
            done(bytes("ffff ffff ffff ffff 7f 01")),
            "a counter of more than 63 bits"),
        bad("attempt", openWith(1L << 31, ask()), "out of range"));
  }

  private static Stream<Arguments> rules() {
    ProtoBytes status = new ProtoBytes();
    return Stream.of(
        bad("no kind", new ProtoBytes().number(2, 2), "without a kind"),
        bad("kind 0", new ProtoBytes().number(1, 0), "unknown kind 0"),
        bad("kind SIGNAL", new ProtoBytes().number(1, 8), "unknown kind 8"),
        bad("kind 13", new ProtoBytes().number(1, 13), "unknown kind 13"),
        bad("kind 16", new ProtoBytes().number(1, 16), "unknown kind 16"),
        bad("OPEN, no exchange", kind(OPEN, 1, 1).number(12, 1).message(13, ask()), "no exchange"),
        bad("OPEN, seq 0", kind(OPEN, 3, 0).number(12, 1).message(13, ask()), "another seq"),
        bad("OPEN, seq 2", kind(OPEN, 3, 2).number(12, 1).message(13, ask()), "another seq"),
        bad("OPEN, no attempt", kind(OPEN, 3, 1).message(13, ask()), "no attempt"),
        bad("OPEN, no open", kind(OPEN, 3, 1).number(12, 1), "no open part"),
        bad("OPEN, untyped body", open(ask()).bytes(9, new byte[1]), "no content type"),
        bad("OPEN, untyped piece", open(ask()).number(7, 1), "no content type"),
        bad("OPEN, status", open(ask()).message(14, status), "a status"),
        bad("ITEM, no exchange", kind(ITEM, 0, 1), "no exchange"),
        bad("ITEM, no seq", kind(ITEM, 2, 0), "no seq"),
        bad("ITEM, open", item().message(13, ask()), "an open part"),
        bad("ITEM, done", item().message(15, new ProtoBytes()), "a done part"),
        bad("END, no exchange", kind(END, 0, 1).message(14, status), "no exchange"),
        bad("END, no status", kind(END, 2, 1), "no status"),
        bad("END, body", kind(END, 2, 1).message(14, status).bytes(9, new byte[1]), "a body"),
        bad("END, type", kind(END, 2, 1).message(14, status).number(8, 1), "a body"),
        bad("CREDIT, no exchange", kind(4, 1, 0), "no exchange"),
        bad("CREDIT, body", kind(4, 2, 0).bytes(9, new byte[1]), "a body"),
        bad("CREDIT, piece", kind(4, 2, 0).number(7, 1), "a body"),
        bad("CANCEL, no exchange", kind(5, 0, 0).message(14, status), "no exchange"),
        bad("CANCEL, no status", kind(5, 2, 0), "no status"),
        bad("RESUME, no exchange", kind(6, 0, 0).number(12, 1), "no exchange"),
        bad("RESUME, no attempt", kind(6, 2, 0), "no attempt"),
        bad("DONE, no done", kind(7, 0, 0), "no done part"),
        bad("DONE, exchange", kind(7, 2, 0).message(15, new ProtoBytes()), "an exchange"),
        bad("GOAWAY, no status", kind(10, 0, 0), "no status"),
        bad("GOAWAY, exchange", kind(10, 2, 0).message(14, status), "an exchange"),
        bad("PING, side", kind(11, 1, 0), "an exchange"),
        bad("PONG, body", kind(12, 0, 0).bytes(9, new byte[1]), "a body"));
  }

  private static Stream<Arguments> structure() {
    return Stream.of(
        raw("field 0", "0000", "field number"),
        raw("field beyond protobuf's", "8080808010 00", "field number"),
        raw("envelope as a number", "0801", "wrong wire type"),
        raw("group", "0b 0c", "wrong wire type"),
        raw("unknown group", "13 14", "unknown wire type"),
        raw("wire type 7", "17", "unknown wire type"),
        raw("packet ends in a tag", "80", "ends in the middle"),
        raw("packet ends in a length", "0a80", "ends in the middle"),
        raw("packet ends in an envelope", "0a05 080b 8801", "longer than the message"),
        raw("a length of 2 GiB", "0aff ffff ff07", "longer than the message"),
        raw("a length of 2^62", "0a80 8080 8080 8080 8040", "longer than the message"),
        raw("a negative length", "0aff ffff ffff ffff ffff 01", "63 bits"),
        raw("an unknown length beyond the end", "1205 00", "longer than the message"),
        raw("an unknown 64 bits beyond the end", "1100", "ends in the middle"),
        raw("an unknown 32 bits beyond the end", "1500", "ends in the middle"),
        raw("a nested length beyond its envelope", "0a04 080b 4a05 00000000", "longer"),
        raw("a number beyond its envelope", "0a03 080b 18 01", "ends in the middle"),
        raw("a number of 11 bytes", "0a0e 080b 18 80808080808080808080 00", "more than 64 bits"),
        raw("a number of 65 bits", "0a0d 080b 18 80808080808080808002", "more than 64 bits"),
        raw("a number of 64 bits", "0a0d 080b 18 80808080808080808001", "more than 63 bits"),
        raw("seq as bytes", "0a05 080b 1a0100", "wrong wire type"),
        raw("body as a number", "0a04 0802 4801", "wrong wire type"),
        raw("seq twice", "0a06 080b 1801 1801", "there twice"),
        raw("kind twice", "0a04 080b 080b", "there twice"),
        raw("last is 2", "0a04 080b 3002", "neither 0 nor 1"),
        bad("text, no UTF-8", end(new ProtoBytes().bytes(3, bytes("c328"))), "not UTF-8"),
        bad("text, overlong", end(new ProtoBytes().bytes(3, bytes("c080"))), "not UTF-8"),
        bad("text, surrogate", end(new ProtoBytes().bytes(3, bytes("eda080"))), "not UTF-8"),
        bad("text, cut", end(new ProtoBytes().bytes(3, bytes("61e282"))), "not UTF-8"));
  }

  private static ProtoBytes item() {
    return kind(ITEM, 2, 1);
  }

  private static ProtoBytes kind(int kind, long exchange, long seq) {
    return new ProtoBytes().number(1, kind).number(2, exchange).number(3, seq);
  }

  private static ProtoBytes ask() {
    return new ProtoBytes().text(1, "ask");
  }

  private static ProtoBytes open(ProtoBytes open) {
    return openWith(1, open);
  }

  private static ProtoBytes openWith(long attempt, ProtoBytes open) {
    return kind(OPEN, 3, 1).number(12, attempt).message(13, open);
  }

  private static ProtoBytes end(ProtoBytes status) {
    return kind(END, 2, 1).message(14, status);
  }

  private static ProtoBytes done(byte[] counters) {
    return new ProtoBytes().number(1, 7).message(15, new ProtoBytes().bytes(3, counters));
  }

  private static ProtoBytes entry(String name, String value) {
    return new ProtoBytes().text(1, name).text(2, value);
  }

  private static byte[] envelope(ProtoBytes envelope) {
    return new ProtoBytes().message(1, envelope).toByteArray();
  }

  private static byte[] bytes(String hex) {
    return Packets.bytes(hex);
  }

  private static Arguments packet(String name, ProtoBytes envelope) {
    return Arguments.of(Named.of(name, envelope(envelope)));
  }

  private static Arguments bad(String name, ProtoBytes envelope, String message) {
    return Arguments.of(Named.of(name, envelope(envelope)), message);
  }

  private static Arguments raw(String name, String hex, String message) {
    return Arguments.of(Named.of(name, bytes(hex)), message);
  }
}
