package io.agentchannel.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever arrives: it is read or it is malformed, and it costs no more than its size allows. */
class HostilePacketTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

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

  @Test
  void garbageNeverDoesMoreThanBeMalformed() {
    Random random = new Random(12);
    for (int i = 0; i < 100_000; i++) {
      byte[] packet = new byte[random.nextInt(120)];
      random.nextBytes(packet);
      if (packet.length > 1 && random.nextBoolean()) {
        // As the one envelope of a packet it gets further than its first byte.
        packet[0] = 0x0a;
        packet[1] = (byte) (packet.length - 2);
      }
      readWithinBounds(packet, i);
    }
  }

  @Test
  void mutatedPacketsNeverDoMoreThanBeMalformed() {
    Random random = new Random(13);
    RandomEnvelopes envelopes = new RandomEnvelopes(14);
    int malformed = 0;
    for (int i = 0; i < 100_000; i++) {
      Envelope e = envelopes.next();
      byte[] packet =
          e.body().remaining() > 1_000 ? Packets.write(Envelope.ping(i)) : Packets.write(e);
      if (!readWithinBounds(mutated(packet, random), i)) {
        malformed++;
      }
    }
    // Else the mutations would not reach the parts that check.
    assertThat(malformed).isBetween(20_000, 95_000);
  }

  private static byte[] mutated(byte[] packet, Random random) {
    byte[] mutated = packet.clone();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(mutated.length);
      switch (random.nextInt(5)) {
        case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutated[at] = (byte) random.nextInt();
        case 2 -> mutated[at] = (byte) 0xff;
        case 3 -> mutated = insert(mutated, at, (byte) random.nextInt());
        default -> mutated[at] += (byte) (random.nextBoolean() ? 1 : -1);
      }
    }
    return mutated;
  }

  private static byte[] insert(byte[] bytes, int at, byte value) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
    longer[at] = value;
    return longer;
  }

  private static boolean readWithinBounds(byte[] packet, int number) {
    long bound = 4 * 1024 + 64L * packet.length;
    List<Envelope> delivered = new ArrayList<>(64);
    boolean read = false;
    long allocated = Long.MAX_VALUE;
    // What the JVM allocates when it runs a line for the first time is not the packet's cost: that
    // comes each time.
    for (int i = 0; i < 3 && allocated > bound; i++) {
      delivered.clear();
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        read = readsAll(packet, delivered);
      } catch (RuntimeException e) {
        return fail("packet " + number + " " + Arrays.toString(packet), e);
      }
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    if (allocated > bound) {
      fail("packet " + number + " of " + packet.length + " bytes took " + allocated);
    }
    // What was read can be written, which checks its numbers and sizes once more.
    Packets.write(delivered);
    return read;
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
