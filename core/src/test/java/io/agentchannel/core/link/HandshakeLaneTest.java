package io.agentchannel.core.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeLaneTest {
  private final HandshakeLane lane = new HandshakeLane(task -> new Thread(task, "lane-under-test"));

  @AfterEach
  void close() {
    lane.close();
  }

  @Test
  void aFloodDropsTheOldestAndKeepsTheNewest() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    lane.run(
        () -> {
          begun.countDown();
          await(busy);
        },
        () -> {});
    assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
    List<Integer> ran = new CopyOnWriteArrayList<>();
    List<Integer> dropped = new CopyOnWriteArrayList<>();
    CountDownLatch last = new CountDownLatch(1);
    for (int i = 0; i < 1000; i++) {
      int number = i;
      lane.run(() -> ran.add(number), () -> dropped.add(number));
    }
    lane.run(last::countDown, () -> {});

    assertThat(dropped).hasSize(745).startsWith(0, 1, 2).endsWith(743, 744);
    assertThat(ran).isEmpty();
    busy.countDown();
    assertThat(last.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).hasSize(255).startsWith(745).endsWith(999);
  }

  @Test
  void nothingIsTakenAfterTheEnd() {
    lane.close();

    assertThatThrownBy(() -> lane.run(() -> {}, () -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
