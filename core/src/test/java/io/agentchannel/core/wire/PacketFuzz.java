package io.agentchannel.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Whatever packet arrives: it is read or it is malformed, at a cost that its size bounds. */
class PacketFuzz {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @FuzzTest
  void aPacketIsReadOrMalformed(byte[] packet) throws MalformedPacketException {
    List<Envelope> delivered = readWithinBounds(packet);

    byte[] again = Packets.write(delivered);
    assertThat(Packets.parts(Packets.read(again))).isEqualTo(Packets.parts(delivered));
    // Unknown fields are left out and numbers get their shortest form; nothing is added.
    assertThat(again.length).isLessThanOrEqualTo(packet.length);
  }

  private static List<Envelope> readWithinBounds(byte[] packet) {
    // The fuzzer's own instruments allocate too.
    long bound = 64 * 1024 + 256L * packet.length;
    List<Envelope> delivered = new ArrayList<>();
    long allocated = Long.MAX_VALUE;
    // What the JVM allocates when it runs a line for the first time is not the packet's cost.
    for (int i = 0; i < 3 && allocated > bound; i++) {
      delivered.clear();
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        EnvelopeReader.readPacket(ByteBuffer.wrap(packet), delivered::add);
      } catch (MalformedPacketException e) {
        assertThat(e).hasMessageMatching("[ -~]{1,240}");
      }
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated).isLessThanOrEqualTo(bound);
    return delivered;
  }
}
