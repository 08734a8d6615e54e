package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.Code;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameSealTest {
  private final byte[] there = randomKey(1);
  private final byte[] back = randomKey(2);
  private final FrameSeal sender = new FrameSeal(new byte[][] {there, back}, false);

  private static byte[] randomKey(int seed) {
    byte[] key = new byte[32];
    new Random(seed).nextBytes(key);
    return key;
  }

  private FrameSeal receiver(boolean othersWrite) {
    return new FrameSeal(new byte[][] {back, there}, othersWrite);
  }

  private static ByteBuffer sealed(FrameSeal by, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer packet = ByteBuffer.allocate(by.headroom() + bytes.length + by.tailroom());
    packet.position(by.headroom());
    packet.put(bytes).clear();
    by.seal(packet);
    return packet;
  }

  private static String text(ByteBuffer opened) {
    return StandardCharsets.UTF_8.decode(opened).toString();
  }

  private static ByteBuffer copy(ByteBuffer packet) {
    return ByteBuffer.allocate(packet.remaining()).put(packet.duplicate()).flip();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 4096, 65_536})
  void whatIsSealedIsOpenedAndNotReadable(int size) throws Exception {
    String text = "s".repeat(size);
    ByteBuffer packet = sealed(sender, text);

    assertThat(packet.remaining()).isEqualTo(size + 28);
    if (size > 15) {
      assertThat(StandardCharsets.ISO_8859_1.decode(packet.duplicate()).toString())
          .doesNotContain("ssss");
    }
    assertThat(text(receiver(false).open(packet))).isEqualTo(text);
  }

  @Test
  void bothDirectionsHaveTheirOwnKeysAndNumbers() throws Exception {
    FrameSeal other = receiver(false);
    for (int i = 0; i < 100; i++) {
      assertThat(text(other.open(sealed(sender, "there " + i)))).isEqualTo("there " + i);
      assertThat(text(sender.open(sealed(other, "back " + i)))).isEqualTo("back " + i);
    }
    HandshakeException reflected =
        catchThrowableOfType(
            HandshakeException.class,
            () -> new FrameSeal(new byte[][] {there, back}, false).open(sealed(sender, "mine")));
    assertThat(reflected.code()).isIn(Code.UNAUTHENTICATED, Code.UNAVAILABLE);
  }

  @Test
  void aRepeatIsPassedOverWhereverItComesIn() throws Exception {
    FrameSeal other = receiver(false);
    ByteBuffer first = sealed(sender, "first");
    ByteBuffer again = copy(first);
    ByteBuffer oncemore = copy(first);

    assertThat(text(other.open(first))).isEqualTo("first");
    assertThat(other.open(again)).isNull();
    assertThat(text(other.open(sealed(sender, "second")))).isEqualTo("second");
    assertThat(other.open(oncemore)).isNull();
    assertThat(other.passedOver()).isEqualTo(2);
  }

  @Test
  void aGapEndsALinkOfAnyKind() {
    for (boolean othersWrite : new boolean[] {false, true}) {
      FrameSeal from = new FrameSeal(new byte[][] {there, back}, othersWrite);
      FrameSeal other = receiver(othersWrite);
      sealed(from, "lost");

      HandshakeException gap =
          catchThrowableOfType(
              HandshakeException.class, () -> other.open(sealed(from, "after it")));

      assertThat(gap.code()).isEqualTo(Code.UNAVAILABLE);
      assertThat(gap).hasMessageContaining("lost");
    }
  }

  /** Every bit of a packet counts; where only the peer can write, the link ends. */
  @Test
  void anyChangeEndsALinkThatOnlyThePeerWritesInto() {
    ByteBuffer packet = sealed(sender, "change me");
    int bits = packet.remaining() * 8;
    for (int bit = 0; bit < bits; bit++) {
      ByteBuffer changed = flipped(packet, bit);
      HandshakeException refused =
          catchThrowableOfType(HandshakeException.class, () -> receiver(false).open(changed));
      assertThat(refused).as("bit %d", bit).isNotNull();
    }
  }

  @Test
  void whatOthersWriteChangesNothing() throws Exception {
    FrameSeal from = new FrameSeal(new byte[][] {there, back}, true);
    FrameSeal other = receiver(true);
    Random random = new Random(7);
    int noise = 0;
    for (int i = 0; i < 50; i++) {
      ByteBuffer packet = sealed(from, "packet " + i);
      int bits = packet.remaining() * 8;
      for (int n = 0; n < 40; n++, noise++) {
        assertThat(other.open(flipped(packet, random.nextInt(bits)))).isNull();
      }
      byte[] garbage = new byte[random.nextInt(100)];
      random.nextBytes(garbage);
      assertThat(other.open(ByteBuffer.wrap(garbage))).isNull();
      noise++;
      assertThat(text(other.open(packet))).isEqualTo("packet " + i);
    }
    assertThat(other.passedOver()).isEqualTo(noise);
  }

  private static ByteBuffer flipped(ByteBuffer packet, int bit) {
    ByteBuffer changed = copy(packet);
    changed.put(bit / 8, (byte) (changed.get(bit / 8) ^ (1 << (bit % 8))));
    return changed;
  }

  @Test
  void keysChangeWithTheEpochAndNothingIsLost() throws Exception {
    for (boolean othersWrite : new boolean[] {false, true}) {
      FrameSeal from = new FrameSeal(new byte[][] {there, back}, othersWrite, 5);
      FrameSeal other = receiver(othersWrite);
      List<Integer> epochs = new ArrayList<>();
      for (int i = 0; i < 23; i++) {
        ByteBuffer packet = sealed(from, "packet " + i);
        epochs.add(packet.getInt(0));
        ByteBuffer repeat = copy(packet);
        assertThat(text(other.open(packet))).isEqualTo("packet " + i);
        assertThat(other.open(repeat)).isNull();
      }
      assertThat(epochs).startsWith(0, 0, 0, 0, 0, 1).endsWith(3, 4, 4, 4);
    }
  }

  /** Each epoch is encrypted with another key: the old one opens nothing of the new. */
  @Test
  void theKeyOfOneEpochDoesNotOpenTheNext() {
    FrameSeal from = new FrameSeal(new byte[][] {there, back}, false, 1);
    sealed(from, "epoch 0");
    ByteBuffer second = sealed(from, "epoch 1");
    second.putInt(0, 0);

    assertThat(new Aes(there).decrypt(1, second.array(), 12, second.remaining() - 12)).isNull();
  }

  @Test
  void anEpochThatIsFarAheadIsNotSearchedFor() throws Exception {
    FrameSeal from = new FrameSeal(new byte[][] {there, back}, true);
    FrameSeal other = receiver(true);
    ByteBuffer packet = sealed(from, "x");
    ByteBuffer ahead = copy(packet).putInt(0, 1_000_000);

    assertThat(other.open(ahead)).isNull();
    assertThat(text(other.open(packet))).isEqualTo("x");
  }

  @Test
  void aPacketInAnyKindOfBufferIsOpened() throws Exception {
    FrameSeal other = receiver(false);
    ByteBuffer first = sealed(sender, "direct");
    ByteBuffer direct = ByteBuffer.allocateDirect(first.remaining()).put(first).flip();
    ByteBuffer second = sealed(sender, "read-only");
    ByteBuffer third = sealed(sender, "slice");
    ByteBuffer wide = ByteBuffer.allocate(third.remaining() + 20);
    wide.position(7);
    ByteBuffer slice = wide.slice(7, third.remaining()).put(third).flip();

    assertThat(text(other.open(direct))).isEqualTo("direct");
    assertThat(text(other.open(second.asReadOnlyBuffer()))).isEqualTo("read-only");
    assertThat(text(other.open(slice))).isEqualTo("slice");
  }
}
