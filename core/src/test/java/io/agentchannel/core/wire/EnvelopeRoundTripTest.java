package io.agentchannel.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.Payload;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeRoundTripTest {

  @ParameterizedTest
  @EnumSource(Packets.Buffers.class)
  void everyEnvelopeComesBackAsItWas(Packets.Buffers buffers) throws MalformedPacketException {
    RandomEnvelopes random = new RandomEnvelopes(1);
    for (int i = 0; i < 3_000; i++) {
      Envelope e = random.next();

      List<Envelope> back = Packets.read(buffers.holding(Packets.write(e)));

      assertThat(Packets.parts(back)).as("envelope %s", i).containsExactly(Packets.parts(e));
    }
  }

  @Test
  void envelopesOfAPacketComeBackInOrder() throws MalformedPacketException {
    RandomEnvelopes random = new RandomEnvelopes(2);
    List<Envelope> envelopes = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      envelopes.add(random.next());
    }

    List<Envelope> back = Packets.read(Packets.write(envelopes));

    assertThat(Packets.parts(back)).isEqualTo(Packets.parts(envelopes));
  }

  @Test
  void whatFramedSizeTellsIsWhatBothWaysOfWritingTake() {
    RandomEnvelopes random = new RandomEnvelopes(3);
    for (int i = 0; i < 3_000; i++) {
      Envelope e = random.next();
      int size = EnvelopeWriter.framedSize(e);
      ByteBuffer one = ByteBuffer.allocate(size);
      ByteBuffer other = ByteBuffer.allocateDirect(size);

      EnvelopeWriter.writeFramed(e, one);
      EnvelopeWriter.writeFramed(e, size, other);

      assertThat(one.position()).isEqualTo(size);
      assertThat(other.flip()).isEqualTo(one.flip());
    }
  }

  /** Lengths around each place where the frame's own length grows by a byte. */
  @Test
  void bodiesOfEveryLengthComeBack() throws MalformedPacketException {
    for (int length = 0; length < 17_000; length += length < 300 || length > 16_200 ? 1 : 100) {
      Envelope e = item(Payload.BYTES, ByteBuffer.allocate(length));
      ByteBuffer packet = ByteBuffer.allocate(EnvelopeWriter.framedSize(e));

      EnvelopeWriter.writeFramed(e, packet.capacity(), packet);

      assertThat(Packets.read(packet.flip())).containsExactly(e);
    }
  }

  @ParameterizedTest
  @EnumSource(Packets.Buffers.class)
  void bodiesOfEveryKindOfBufferAreWrittenAndLeftAlone(Packets.Buffers buffers)
      throws MalformedPacketException {
    byte[] bytes = {1, 2, 3, 4, 5};
    ByteBuffer body = buffers.holding(bytes);
    int position = body.position();

    List<Envelope> back = Packets.read(Packets.write(item(Payload.BYTES, body)));

    assertThat(Packets.bodyOf(back.get(0))).isEqualTo(bytes);
    assertThat(body.position()).isEqualTo(position);
    assertThat(body.remaining()).isEqualTo(bytes.length);
  }

  @Test
  void bodiesAreViewsOfThePacketAndItsPositionStays() throws MalformedPacketException {
    ByteBuffer packet =
        ByteBuffer.wrap(Packets.write(item(Payload.BYTES, ByteBuffer.wrap(new byte[] {1, 2}))));

    Envelope back = Packets.read(packet).get(0);
    packet.put(packet.limit() - 1, (byte) 9);

    assertThat(Packets.bodyOf(back)).containsExactly(1, 9);
    assertThat(packet.position()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {Payload.JSON, Payload.BYTES, Payload.TEXT})
  void commonContentTypesComeBackAsTheConstants(String contentType)
      throws MalformedPacketException {
    byte[] asNumber = Packets.write(item(contentType, Envelope.noBody()));
    byte[] asText =
        new ProtoBytes()
            .message(
                1, new ProtoBytes().number(1, 2).number(2, 2).number(3, 1).text(16, contentType))
            .toByteArray();

    String constant = contentType.intern();
    assertThat(Packets.read(asNumber).get(0).contentType()).isSameAs(constant);
    assertThat(Packets.read(asText).get(0).contentType()).isSameAs(constant);
  }

  @Test
  void countersOfADoneMayBeGivenInAnyOrder() throws MalformedPacketException {
    long[] given = {900, 3, Long.MAX_VALUE, 3, 5};

    Envelope back =
        Packets.read(Packets.write(Envelope.done(new Envelope.Done(2, 7, given)))).get(0);

    assertThat(back.done().counters()).containsExactly(3, 3, 5, 900, Long.MAX_VALUE);
    assertThat(given[0]).isEqualTo(900);
  }

  @Test
  void halfASurrogatePairTravelsAsAQuestionMark() throws MalformedPacketException {
    for (String text : List.of("a\ud83d", "é\ud83d", "é\ude00\ud83d")) {
      Status status = new Status(null, Status.OK.outcome(), text, Map.of());

      Envelope back = Packets.read(Packets.write(Envelope.goAway(status))).get(0);

      assertThat(back.status().message())
          .isEqualTo(text.replace('\ud83d', '?').replace('\ude00', '?'));
    }
  }

  @Test
  void numbersThatCannotTravelAreRefusedBeforeTheyDo() {
    assertThatThrownBy(() -> EnvelopeWriter.framedSize(Envelope.ping(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EnvelopeWriter.framedSize(credit(1L << 62, 0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EnvelopeWriter.framedSize(credit(1, -1)))
        .isInstanceOf(IllegalArgumentException.class);
    Envelope.Done negative = new Envelope.Done(1, 1, new long[] {-5});
    assertThatThrownBy(() -> EnvelopeWriter.framedSize(Envelope.done(negative)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBodyBeyondTheLimitIsRefusedBeforeItTravels() {
    Envelope tooLarge = item(Payload.BYTES, ByteBuffer.allocate(Envelope.MAX_BODY + 1));

    assertThatThrownBy(() -> EnvelopeWriter.framedSize(tooLarge))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("61441");
  }

  @Test
  void aPacketTooSmallForTheEnvelopeOverflows() {
    Envelope e = item(Payload.BYTES, ByteBuffer.allocate(100));

    for (int size = 0; size < EnvelopeWriter.framedSize(e); size++) {
      ByteBuffer tooSmall = ByteBuffer.allocate(size);
      assertThatThrownBy(() -> EnvelopeWriter.writeFramed(e, tooSmall))
          .isInstanceOf(BufferOverflowException.class);
    }
  }

  private static Envelope credit(long exchange, long credit) {
    return new Envelope(
        Envelope.Kind.CREDIT,
        true,
        exchange,
        0,
        0,
        credit,
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
        0);
  }

  static Envelope item(String contentType, ByteBuffer body) {
    return new Envelope(
        Envelope.Kind.ITEM,
        true,
        1,
        1,
        0,
        0,
        0,
        false,
        false,
        0,
        0,
        contentType,
        body,
        null,
        null,
        null,
        0);
  }
}
