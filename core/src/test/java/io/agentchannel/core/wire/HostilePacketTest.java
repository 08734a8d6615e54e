package io.agentchannel.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is cut short is never taken for whole; {@link PacketFuzz} tries everything else. */
class HostilePacketTest {
  @Test
  void aPacketCutAnywhereIsMalformedOrABeginning() {
    RandomEnvelopes random = new RandomEnvelopes(11);
    for (int i = 0; i < 100; i++) {
      List<Envelope> whole = List.of(random.next(), random.next(), random.next());
      byte[] packet = Packets.write(whole);
      int step = packet.length > 2_000 ? 97 : 1;
      for (int length = 0; length < packet.length; length += step) {
        List<Envelope> delivered = new ArrayList<>();
        boolean complete = readsAll(Arrays.copyOf(packet, length), delivered);

        assertThat(delivered.size()).isLessThan(whole.size());
        assertThat(Packets.parts(delivered))
            .isEqualTo(Packets.parts(whole.subList(0, delivered.size())));
        int beginning = Packets.write(delivered).length;
        assertThat(complete).isEqualTo(length == beginning);
      }
    }
  }

  private static boolean readsAll(byte[] packet, List<Envelope> delivered) {
    try {
      EnvelopeReader.readPacket(ByteBuffer.wrap(packet), delivered::add);
      return true;
    } catch (MalformedPacketException e) {
      return false;
    }
  }
}
