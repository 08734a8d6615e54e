package io.agentchannel.testkit.contract;

import io.agentchannel.testkit.contract.ManInTheMiddle.Direction;
import io.agentchannel.testkit.contract.ManInTheMiddle.Script;
import io.agentchannel.testkit.contract.Sealing.Forgery;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Interferes with every handshake that comes by. */
final class Forger implements Script {
  private final Forgery forgery;
  private final AtomicReference<byte @Nullable []> earlierThird = new AtomicReference<>();
  private volatile byte @Nullable [] first;

  Forger(Forgery forgery) {
    this.forgery = forgery;
  }

  @Override
  public void onPacket(Passage passage, Direction direction, int number, byte[] packet) {
    int message =
        direction == Direction.TO_CALLER
            ? (number == 1 ? 2 : 0)
            : number == 1 ? 1 : number == 2 ? 3 : 0;
    switch (message) {
      case 1 -> {
        first = packet.clone();
        passage.send(direction, forgeFirst(packet));
      }
      case 2 -> passage.send(direction, forgeSecond(packet));
      case 3 -> passage.send(direction, forgeThird(packet));
      default -> passage.send(direction, packet);
    }
  }

  private byte[] forgeFirst(byte[] packet) {
    return switch (forgery) {
      case FIRST_CHANGED -> changed(packet);
      case FIRST_REPLACED -> filled(packet, packet.length - 32);
      default -> packet;
    };
  }

  private byte[] forgeSecond(byte[] packet) {
    byte[] own = first;
    return switch (forgery) {
      case SECOND_CHANGED -> changed(packet);
      case SECOND_REFLECTED -> own == null ? packet : own;
      case REFUSED -> refusal();
      default -> packet;
    };
  }

  private byte[] forgeThird(byte[] packet) {
    if (forgery == Forgery.THIRD_CHANGED) {
      return changed(packet);
    }
    if (forgery == Forgery.THIRD_FROM_ANOTHER_LINK) {
      byte[] earlier = earlierThird.getAndSet(packet.clone());
      return earlier == null ? changed(packet) : earlier;
    }
    return packet;
  }

  private static byte[] changed(byte[] packet) {
    byte[] changed = packet.clone();
    changed[changed.length - 1] ^= 1;
    return changed;
  }

  private static byte[] filled(byte[] packet, int from) {
    byte[] changed = packet.clone();
    Arrays.fill(changed, from, changed.length, (byte) 9);
    return changed;
  }

  /** As an agent says it in clear: that the peer must be approved, by a command of the forger's. */
  private static byte[] refusal() {
    byte[] code = "PERMISSION_DENIED".getBytes(StandardCharsets.US_ASCII);
    byte[] message = "run agentchannel trust approve mallory".getBytes(StandardCharsets.US_ASCII);
    byte[] packet = new byte[4 + 3 + code.length + 3 + message.length];
    System.arraycopy(new byte[] {'A', 'C', 'H', (byte) 0xff}, 0, packet, 0, 4);
    put(packet, 4, 10, code);
    put(packet, 7 + code.length, 11, message);
    return packet;
  }

  private static void put(byte[] packet, int at, int field, byte[] value) {
    packet[at] = (byte) field;
    packet[at + 2] = (byte) value.length;
    System.arraycopy(value, 0, packet, at + 3, value.length);
  }
}
