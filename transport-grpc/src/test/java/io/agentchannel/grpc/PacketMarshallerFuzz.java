package io.agentchannel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.agentchannel.grpc.v1.Packet;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;

/** Whatever bytes a peer sends as a message of a link: a packet, or none. */
class PacketMarshallerFuzz {

  @FuzzTest
  void aMessageIsAPacketOrNone(byte[] message) throws Exception {
    ByteBuffer packet = PacketMarshaller.INSTANCE.parse(new Received(message));

    assertThat(packet.remaining()).isLessThanOrEqualTo(Settings.MAX_PACKET);
    if (packet.hasRemaining()) {
      assertThat(Packet.parseFrom(message).getPacket().asReadOnlyByteBuffer()).isEqualTo(packet);
    }
  }

  /** As gRPC gives a message that is not compressed. */
  private static final class Received extends ByteArrayInputStream implements KnownLength {
    Received(byte[] message) {
      super(message);
    }
  }
}
