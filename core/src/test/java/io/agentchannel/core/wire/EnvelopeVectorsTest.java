package io.agentchannel.core.wire;

import static io.agentchannel.core.wire.Envelope.Kind.CREDIT;
import static io.agentchannel.core.wire.Envelope.Kind.END;
import static io.agentchannel.core.wire.Envelope.Kind.ITEM;
import static io.agentchannel.core.wire.Envelope.Kind.OPEN;
import static io.agentchannel.core.wire.Envelope.Kind.RESUME;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Packets byte for byte, for those who write another implementation. A change here breaks every
 * peer that is out there.
 */
class EnvelopeVectorsTest {

  @ParameterizedTest
  @MethodSource("vectors")
  void anEnvelopeIsTheseBytesAndTheseBytesAreTheEnvelope(Envelope envelope, String hex)
      throws MalformedPacketException {
    assertThat(Packets.write(envelope)).isEqualTo(Packets.bytes(hex));
    assertThat(Packets.parts(Packets.read(Packets.bytes(hex))))
        .containsExactly(Packets.parts(envelope));
  }

  static Stream<Arguments> vectors() {
    return Stream.of(
        vector("PING 7", Envelope.ping(7), "0a05 080b 880107"),
        vector("PONG 300", Envelope.pong(300), "0a06 080c 8801ac02"),
        vector(
            "OPEN of exchange 1 by its opener: unary \"ask\" with JSON, complete, 30 s left, 256"
                + " KiB",
            new Envelope(
                OPEN,
                true,
                1,
                1,
                0,
                262_144,
                1,
                true,
                false,
                0,
                30_000,
                Payload.JSON,
                utf8("{}"),
                new Envelope.Open("ask", Map.of(), null, Call.Kind.UNARY),
                null,
                null,
                0),
            "0a21 0801 1003 1801 28808010 3001 4001 4a027b7d 58b0ea01 6001 6a07 0a0361736b 1801"),
        vector(
            "OPEN with metadata and a key, and no message yet",
            new Envelope(
                OPEN,
                true,
                64,
                1,
                0,
                0,
                2,
                false,
                false,
                0,
                0,
                "",
                Envelope.noBody(),
                new Envelope.Open("t.a-b_c", Map.of("trace", "é"), "k1", null),
                null,
                null,
                0),
            "0a25 0801 108101 1801 6002 6a1a 0a07742e612d625f63 12026b31 220b 0a057472616365"
                + " 1202c3a9"),
        vector(
            "ITEM of the responder that ends the exchange well",
            new Envelope(
                ITEM,
                false,
                1,
                1,
                1,
                0,
                0,
                true,
                false,
                0,
                0,
                Payload.TEXT,
                utf8("hi"),
                null,
                null,
                null,
                0),
            "0a10 0802 1002 1801 2001 3001 4003 4a026869"),
        vector(
            "ITEM that begins a message of 100,000 bytes of protobuf",
            new Envelope(
                ITEM,
                true,
                5,
                2,
                0,
                0,
                0,
                false,
                true,
                100_000,
                0,
                "application/protobuf",
                ByteBuffer.wrap(new byte[] {(byte) 0xff, 0}),
                null,
                null,
                null,
                0),
            "0a27 0802 100b 1802 3801 4a02ff00 50a08d06"
                + " 820114 6170706c69636174696f6e2f70726f746f627566"),
        vector(
            "END, ended well",
            new Envelope(
                END,
                false,
                3,
                2,
                1,
                0,
                0,
                false,
                false,
                0,
                0,
                "",
                Envelope.noBody(),
                null,
                Status.OK,
                null,
                0),
            "0a0a 0803 1006 1802 2001 7200"),
        vector(
            "END, no such operation",
            new Envelope(
                END,
                false,
                3,
                1,
                1,
                0,
                0,
                false,
                false,
                0,
                0,
                "",
                Envelope.noBody(),
                null,
                new Status(Code.UNIMPLEMENTED, Outcome.NOT_SENT, "no", Map.of("operation", "x")),
                null,
                0),
            "0a22 0803 1006 1801 2001 7218 080c 1001 1a026e6f 220e 0a096f7065726174696f6e 120178"),
        vector(
            "CREDIT to the opener",
            new Envelope(
                CREDIT,
                false,
                1,
                0,
                9,
                65_536,
                0,
                false,
                false,
                0,
                0,
                "",
                Envelope.noBody(),
                null,
                null,
                null,
                0),
            "0a0a 0804 1002 2009 28808004"),
        vector(
            "RESUME, the third attempt",
            new Envelope(
                RESUME,
                true,
                2,
                0,
                17,
                128,
                3,
                false,
                false,
                0,
                0,
                "",
                Envelope.noBody(),
                null,
                null,
                null,
                0),
            "0a0b 0806 1005 2011 288001 6003"),
        vector(
            "DONE up to 10, and 12 and 200 besides",
            Envelope.done(new Envelope.Done(10, 201, new long[] {12, 200})),
            "0a0e 0807 7a0a 080a 10c901 1a03 0cbc01"),
        vector(
            "GOAWAY",
            Envelope.goAway(Status.of(Code.UNAVAILABLE, Outcome.UNKNOWN, "bye")),
            "0a0b 080a 7207 080e 1a03627965"));
  }

  private static Arguments vector(String name, Envelope envelope, String hex) {
    return Arguments.of(Named.of(name, envelope), hex);
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
