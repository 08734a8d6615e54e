package io.agentchannel.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.spi.Link;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Keeps what a link delivers, and notes what it must not do. */
final class Recorder implements Link.Receiver {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<byte[]> packets = new ArrayList<>();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger readies = new AtomicInteger();
  private final AtomicInteger closes = new AtomicInteger();
  private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
  private final CountDownLatch open;
  private volatile @Nullable String fault;
  private volatile int completed;

  private Recorder(CountDownLatch open) {
    this.open = open;
  }

  static Recorder create() {
    return new Recorder(new CountDownLatch(0));
  }

  /** Blocks the event loop at the first packet until the latch opens: a stuck receiver. */
  static Recorder stuckUntil(CountDownLatch open) {
    return new Recorder(open);
  }

  @Override
  public void onPacket(ByteBuffer packet) {
    serially(
        () -> {
          awaitOpen();
          byte[] bytes = new byte[packet.remaining()];
          packet.get(bytes);
          lock.lock();
          try {
            packets.add(bytes);
          } finally {
            lock.unlock();
          }
        });
  }

  @Override
  public void onReadComplete() {
    serially(() -> completed = count());
  }

  @Override
  public void onReady() {
    serially(readies::incrementAndGet);
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    serially(
        () -> {
          closes.incrementAndGet();
          end.complete(cause);
        });
  }

  /** For tasks on the link's executor, which are part of the same series. */
  void serially(Runnable action) {
    if (inside.incrementAndGet() != 1) {
      fault = "called by two threads at once";
    }
    if (end.isDone()) {
      fault = "called after onClosed";
    }
    try {
      action.run();
    } finally {
      inside.decrementAndGet();
    }
  }

  int count() {
    lock.lock();
    try {
      return packets.size();
    } finally {
      lock.unlock();
    }
  }

  /** Exactly these arrived, in this order. */
  void assertPackets(List<byte[]> expected) {
    List<byte[]> arrived = packets();
    for (int i = 0; i < Math.min(arrived.size(), expected.size()); i++) {
      assertThat(arrived.get(i))
          .as("packet %s of %s", i, expected.size())
          .isEqualTo(expected.get(i));
    }
    assertThat(arrived.size()).as("packets").isEqualTo(expected.size());
  }

  void assertPacketsInAnyOrder(List<byte[]> expected) {
    assertThat(sorted(packets())).isEqualTo(sorted(expected));
  }

  void assertLastPacket(byte[] expected) {
    List<byte[]> all = packets();
    assertThat(Arrays.equals(all.get(all.size() - 1), expected)).as("the last packet").isTrue();
  }

  private List<byte[]> packets() {
    lock.lock();
    try {
      return List.copyOf(packets);
    } finally {
      lock.unlock();
    }
  }

  private static List<Integer> sorted(List<byte[]> packets) {
    return packets.stream().map(Arrays::hashCode).sorted().toList();
  }

  /** Packets that were there at the last onReadComplete. */
  int completed() {
    return completed;
  }

  int readies() {
    return readies.get();
  }

  int closes() {
    return closes.get();
  }

  CompletableFuture<@Nullable Throwable> end() {
    return end;
  }

  /** What the link did against its contract, or null. */
  @Nullable String fault() {
    return fault;
  }

  private void awaitOpen() {
    try {
      open.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
