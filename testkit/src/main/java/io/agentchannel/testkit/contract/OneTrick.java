package io.agentchannel.testkit.contract;

import io.agentchannel.testkit.contract.ManInTheMiddle.Direction;
import io.agentchannel.testkit.contract.ManInTheMiddle.Script;
import io.agentchannel.testkit.contract.Sealing.Mischief;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Does one thing to one packet of the first passage, and passes everything else on. */
final class OneTrick implements Script {
  private final Mischief mischief;
  private final Direction victim;
  private final int which;
  private final AtomicReference<@Nullable Passage> first = new AtomicReference<>();
  private byte @Nullable [] kept;

  OneTrick(Mischief mischief, Direction victim, int which) {
    this.mischief = mischief;
    this.victim = victim;
    this.which = which;
  }

  @Override
  public void onPacket(Passage passage, Direction direction, int number, byte[] packet) {
    first.compareAndSet(null, passage);
    if (direction != victim || first.get() != passage) {
      passage.send(direction, packet);
      return;
    }
    byte[] earlier = kept;
    if (number == which) {
      play(passage, packet);
    } else if (number == which + 1 && earlier != null) {
      // Swapped, or repeated behind the next.
      passage.send(direction, packet);
      passage.send(direction, earlier);
      kept = null;
    } else {
      passage.send(direction, packet);
    }
  }

  private void play(Passage passage, byte[] packet) {
    switch (mischief) {
      case DROP -> {
        // Lost.
      }
      case SWAP -> kept = packet;
      case TWICE -> {
        passage.send(victim, packet);
        passage.send(victim, packet);
      }
      case TWICE_LATER -> {
        passage.send(victim, packet);
        kept = packet;
      }
      case INJECT -> {
        passage.send(victim, new byte[] {0, 0, 0, 0, 1, 2, 3});
        passage.send(victim, packet);
      }
      case CHANGE -> {
        byte[] changed = packet.clone();
        changed[changed.length - 1] ^= 1;
        passage.send(victim, changed);
      }
    }
  }
}
