package io.agentchannel.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class SieveTest {
  private static final String TOPIC = "000161";
  private static final byte[] PINGRESP = bytes("d000");

  /** Properties, in hex: what may be in one and what must not. */
  @SuppressWarnings("unused") // By the source of the same name.
  private static final List<String> WELL_FORMED =
      List.of(
          "",
          "0100",
          "0101",
          "0200000001",
          "030000",
          "030003e282ac",
          "08000161",
          "090000",
          "09000401020304",
          "0b01",
          "0b8001",
          "0b010b02",
          "26000161000162",
          "260001610001622600016100016326000161000164",
          "0100020000000103000161080001620900010026000000000b07");

  @SuppressWarnings("unused") // The same.
  private static final List<String> MALFORMED =
      List.of(
          "0107",
          "01",
          "01000100",
          "02000000",
          "0300",
          "03000261",
          "03000100",
          "030002c080",
          "030003eda080",
          "0300010300016103000161",
          "080000",
          "08000123",
          "0800012b",
          "0800016108000162",
          "0900",
          "09000201",
          "0b00",
          "0b",
          "0b8000",
          "26000161",
          "2600016100",
          "26ffff61",
          "26000161000100",
          "230001",
          "2300",
          "1f000161",
          "7f",
          "ff");

  private final Sieve sieve = new Sieve(1000);
  private final EmbeddedChannel channel = new EmbeddedChannel(sieve);

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private static byte[] bytes(String hex) {
    return ByteBufUtil.decodeHexDump(hex);
  }

  private static byte[] publish(int qos, String topic, String properties) {
    return publish(qos, topic, properties, 2);
  }

  private static byte[] publish(int qos, String topic, String properties, int payload) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(bytes(topic));
    if (qos > 0) {
      body.writeBytes(bytes("1234"));
    }
    byte[] all = bytes(properties);
    body.write(all.length);
    body.writeBytes(all);
    body.writeBytes(new byte[payload]);
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(0x30 | qos << 1);
    int left = body.size();
    for (; left > 127; left >>= 7) {
      packet.write(left & 127 | 128);
    }
    packet.write(left);
    packet.writeBytes(body.toByteArray());
    return packet.toByteArray();
  }

  private static byte[] join(byte[]... packets) {
    return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(packets));
  }

  private byte[] passed() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
      all.writeBytes(ByteBufUtil.getBytes(part));
      part.release();
    }
    return all.toByteArray();
  }

  private String answered() {
    ByteBuf answer = channel.readOutbound();
    if (answer == null) {
      return "";
    }
    String hex = ByteBufUtil.hexDump(answer);
    answer.release();
    return hex;
  }

  @ParameterizedTest
  @FieldSource("WELL_FORMED")
  void whatIsWellFormedPasses(String properties) {
    byte[] packet = publish(1, TOPIC, properties);
    channel.writeInbound(Unpooled.wrappedBuffer(packet));

    assertThat(passed()).isEqualTo(packet);
    assertThat(answered()).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("MALFORMED")
  void whatIsMalformedIsTakenOutAndAcknowledged(String properties) {
    channel.writeInbound(Unpooled.wrappedBuffer(PINGRESP, publish(1, TOPIC, properties), PINGRESP));

    assertThat(passed()).isEqualTo(join(PINGRESP, PINGRESP));
    assertThat(answered()).isEqualTo("40021234");
  }

  @Test
  void nothingIsAcknowledgedThatIsNotMeantToBe() {
    channel.writeInbound(Unpooled.wrappedBuffer(publish(0, TOPIC, "0107")));

    assertThat(passed()).isEmpty();
    assertThat(answered()).isEmpty();
  }

  @Test
  void topicsAreLookedAtToo() {
    for (String topic : List.of("0000", "00012b", "000123", "000100", "0001ff", "00ff61")) {
      channel.writeInbound(Unpooled.wrappedBuffer(publish(0, topic, "")));
    }

    assertThat(passed()).isEmpty();
  }

  @Test
  void piecesOfAnySizeMakeNoDifference() {
    SplittableRandom random = new SplittableRandom(6);
    byte[] good = publish(1, TOPIC, "26000161000162");
    byte[] bad = publish(0, TOPIC, "080000");
    byte[] all = new byte[0];
    byte[] expected = new byte[0];
    for (int i = 0; i < 200; i++) {
      byte[] packet = random.nextBoolean() ? good : random.nextBoolean() ? PINGRESP : bad;
      all = join(all, packet);
      expected = packet == bad ? expected : join(expected, packet);
    }
    for (int at = 0; at < all.length; ) {
      int size = Math.min(all.length - at, random.nextInt(1, 40));
      channel.writeInbound(Unpooled.copiedBuffer(all, at, size));
      at += size;
    }

    assertThat(passed()).isEqualTo(expected);
  }

  @Test
  void aMessageThatIsTooLargeIsPassedOverAndNotKept() {
    byte[] large = publish(1, TOPIC, "", 5_000);
    byte[] good = publish(1, TOPIC, "");
    channel.writeInbound(Unpooled.copiedBuffer(large, 0, 5));
    assertThat(answered()).isEmpty();
    for (int at = 5; at < large.length; at += 100) {
      channel.writeInbound(Unpooled.copiedBuffer(large, at, Math.min(100, large.length - at)));
    }
    channel.writeInbound(Unpooled.copiedBuffer(good));

    assertThat(answered()).isEqualTo("40021234");
    assertThat(passed()).isEqualTo(good);
    assertThat(sieve.dropped()).isEqualTo(1);
  }

  @Test
  void anythingElseThatIsTooLargeIsTheDecodersToRefuse() {
    byte[] begin = bytes("90ffffff7f0001");
    channel.writeInbound(Unpooled.wrappedBuffer(begin));
    channel.writeInbound(Unpooled.wrappedBuffer(bytes("cafe")));

    assertThat(passed()).isEqualTo(join(begin, bytes("cafe")));
  }

  @Test
  void whatWasNeverAskedForIsTheDecodersToRefuse() {
    byte[] exactlyOnce = publish(2, TOPIC, "0107");
    channel.writeInbound(Unpooled.wrappedBuffer(exactlyOnce));

    assertThat(passed()).isEqualTo(exactlyOnce);
    assertThat(answered()).isEmpty();
  }

  @Test
  void aMessageThatEndsBeforeItsIdentifierIsNotAcknowledged() {
    channel.writeInbound(Unpooled.wrappedBuffer(bytes("320400016112"), PINGRESP));
    channel.writeInbound(Unpooled.wrappedBuffer(bytes("3200"), bytes("320100"), PINGRESP));

    assertThat(passed()).isEqualTo(join(PINGRESP, PINGRESP));
    assertThat(answered()).isEmpty();
    assertThat(sieve.dropped()).isEqualTo(3);
  }

  @Test
  void aLengthThatIsNoneIsTheDecodersToRefuse() {
    byte[] begin = bytes("30ffffffffff");
    channel.writeInbound(Unpooled.wrappedBuffer(begin));

    assertThat(passed()).isEqualTo(begin);
  }
}
