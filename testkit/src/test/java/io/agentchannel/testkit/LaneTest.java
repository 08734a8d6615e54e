package io.agentchannel.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LaneTest {
  private final List<Byte> left = new ArrayList<>();
  private final List<Long> alarms = new ArrayList<>();

  @Test
  void theSameSeedGivesTheSameFaults() {
    Hostility hostility = Hostility.none().reorder(40).duplicate(20);

    assertThat(order(hostility, 5)).isEqualTo(order(hostility, 5));
    assertThat(order(hostility, 5)).isNotEqualTo(order(hostility, 6));
  }

  @Test
  void whatIsHeldIsCountedUntilItLeaves() {
    Lane lane = lane(Hostility.none().delay(Duration.ofHours(1)), 1);
    offer(lane, 1);
    offer(lane, 2);
    assertThat(lane.heldBytes()).isEqualTo(2);
    assertThat(lane.release()).isFalse();
    assertThat(left).isEmpty();

    lane.flush();
    assertThat(left).containsExactly((byte) 1, (byte) 2);
    assertThat(lane.heldBytes()).isZero();
  }

  @Test
  void oneAlarmIsSetForTheFirstThatIsHeld() {
    Lane lane = lane(Hostility.none().delay(Duration.ofHours(1)), 1);
    offer(lane, 1);
    offer(lane, 2);

    assertThat(alarms).hasSize(1);
  }

  @Test
  void aClosedLaneLosesEverything() {
    Lane lane = lane(Hostility.none().delay(Duration.ofHours(1)), 1);
    offer(lane, 1);
    lane.close();
    offer(lane, 2);
    lane.flush();

    assertThat(left).isEmpty();
    assertThat(lane.heldBytes()).isZero();
  }

  private List<Byte> order(Hostility hostility, long seed) {
    left.clear();
    Lane lane = lane(hostility, seed);
    IntStream.range(0, 100).forEach(i -> offer(lane, i));
    lane.flush();
    return List.copyOf(left);
  }

  private Lane lane(Hostility hostility, long seed) {
    return new Lane(hostility, seed, packet -> left.add(packet.get(0)), alarms::add);
  }

  private static void offer(Lane lane, int value) {
    lane.offer(ByteBuffer.wrap(new byte[] {(byte) value}));
  }
}
