package io.agentchannel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.agentchannel.grpc.v1.Packet;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketMarshallerTest {
  private static final PacketMarshaller MARSHALLER = PacketMarshaller.INSTANCE;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 127, 128, 16_383, 16_384, 65_536, Settings.MAX_PACKET})
  void aPacketIsWhatProtobufMakesOfIt(int size) throws Exception {
    byte[] packet = bytes(size);
    InputStream message = MARSHALLER.stream(ByteBuffer.wrap(packet));
    assertThat(message).isInstanceOf(KnownLength.class).isInstanceOf(Drainable.class);
    int known = message.available();
    ByteArrayOutputStream drained = new ByteArrayOutputStream();
    ((Drainable) message).drainTo(drained);

    assertThat(drained.size())
        .isEqualTo(known)
        .isLessThanOrEqualTo(PacketMarshaller.messageSize(size));
    assertThat(Packet.parseFrom(drained.toByteArray()).getPacket().toByteArray()).isEqualTo(packet);
    assertThat(MARSHALLER.stream(ByteBuffer.wrap(packet)).readAllBytes())
        .isEqualTo(drained.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 127, 128, 16_384, Settings.MAX_PACKET})
  void whatProtobufMakesIsReadAsAPacket(int size) {
    byte[] packet = bytes(size);

    assertThat(parse(message(packet))).isEqualTo(ByteBuffer.wrap(packet));
  }

  @Test
  void aPartOfABufferAndOneWithoutAnArrayAreSentAsTheyAre() throws Exception {
    byte[] all = bytes(100);
    ByteBuffer part = ByteBuffer.wrap(all, 10, 50).slice();
    ByteBuffer direct = ByteBuffer.allocateDirect(50).put(0, all, 10, 50);
    for (ByteBuffer packet : new ByteBuffer[] {part, direct}) {
      ByteArrayOutputStream drained = new ByteArrayOutputStream();
      ((Drainable) MARSHALLER.stream(packet)).drainTo(drained);

      assertThat(Packet.parseFrom(drained.toByteArray()).getPacket().toByteArray())
          .isEqualTo(Arrays.copyOfRange(all, 10, 60));
    }
  }

  @Test
  void whatIsNoPacketIsEmpty() {
    byte[] good = message(bytes(200));
    byte[] twice = Arrays.copyOf(good, good.length * 2);
    System.arraycopy(good, 0, twice, good.length, good.length);

    assertThat(parse()).isEqualTo(empty());
    assertThat(parse((byte) 0x0a)).isEqualTo(empty());
    assertThat(parse((byte) 0x0a, (byte) 0)).isEqualTo(empty());
    assertThat(parse((byte) 0x0a, (byte) 1)).as("too short").isEqualTo(empty());
    assertThat(parse((byte) 0x12, (byte) 1, (byte) 7)).as("another field").isEqualTo(empty());
    assertThat(parse((byte) 0x0a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff))
        .as("an endless length")
        .isEqualTo(empty());
    assertThat(parse((byte) 0x0a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0x7f))
        .as("a length of what is not there")
        .isEqualTo(empty());
    assertThat(parse(twice)).as("two of them").isEqualTo(empty());
    assertThat(parse(message(bytes(Settings.MAX_PACKET + 1)))).as("too large").isEqualTo(empty());
  }

  @Test
  void anyBytesAreReadWithoutAnException() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] message = new byte[random.nextInt(12)];
      random.nextBytes(message);
      if (message.length > 0 && random.nextBoolean()) {
        message[0] = 0x0a;
      }
      assertThat(parse(message).remaining()).isLessThanOrEqualTo(message.length);
    }
  }

  private static ByteBuffer empty() {
    return ByteBuffer.allocate(0);
  }

  private static byte[] message(byte[] packet) {
    return Packet.newBuilder().setPacket(ByteString.copyFrom(packet)).build().toByteArray();
  }

  private static ByteBuffer parse(byte... message) {
    return MARSHALLER.parse(new Received(message));
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(size).nextBytes(bytes);
    return bytes;
  }

  /** As gRPC gives a message that is not compressed. */
  private static final class Received extends ByteArrayInputStream implements KnownLength {
    Received(byte[] message) {
      super(message);
    }
  }
}
