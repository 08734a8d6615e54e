package io.agentchannel.core.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A link with an event loop of its own, whose far end is the test. */
final class TextLink implements Link {
  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final Queue<String> sent = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger room = new AtomicInteger(Integer.MAX_VALUE / 2);
  private final AtomicBoolean sending = new AtomicBoolean();
  private final AtomicBoolean overlapped = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final int maxPacket;
  private volatile @Nullable Receiver receiver;

  TextLink(int maxPacket) {
    this.maxPacket = maxPacket;
  }

  // The client's end.

  /** Says it, and waits until it was read. */
  void say(String text) {
    say(text.getBytes(StandardCharsets.UTF_8));
  }

  void say(byte[] text) {
    CompletableFuture.runAsync(
            () -> {
              if (!closed.get()) {
                receiver().onPacket(ByteBuffer.wrap(text));
                receiver().onReadComplete();
              }
            },
            loop)
        .join();
  }

  /** Leaves room for so many more texts. */
  void setRoom(int texts) {
    room.set(texts);
    CompletableFuture.runAsync(() -> receiver().onReady(), loop).join();
  }

  List<String> heard() {
    return List.copyOf(sent);
  }

  List<String> awaitHeard(int atLeast) {
    Awaitility.await()
        .pollInterval(1, TimeUnit.MILLISECONDS)
        .untilAsserted(() -> assertThat(count).hasValueGreaterThanOrEqualTo(atLeast));
    return heard();
  }

  boolean isClosed() {
    return closed.get();
  }

  /** The network goes away, and everything about it is over. */
  void shutDown() throws Exception {
    close();
    over.get(10, TimeUnit.SECONDS);
    loop.shutdown();
    assertThat(loop.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(overlapped).isFalse();
  }

  // The agent's end.

  @Override
  public void start(Receiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public boolean send(ByteBuffer packet) {
    if (!sending.compareAndSet(false, true)) {
      overlapped.set(true);
    }
    sent.add(StandardCharsets.UTF_8.decode(packet).toString());
    count.incrementAndGet();
    room.decrementAndGet();
    sending.set(false);
    return !closed.get();
  }

  @Override
  public boolean isReady() {
    return room.get() > 0 && !closed.get();
  }

  @Override
  public Executor executor() {
    return loop;
  }

  @Override
  public LinkInfo info() {
    return new LinkInfo("ws", "here", "there", maxPacket, LinkInfo.Path.DIRECT, null);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      loop.execute(
          () -> {
            receiver().onClosed(null);
            over.complete(null);
          });
    }
  }

  private Receiver receiver() {
    Receiver started = receiver;
    assertThat(started).isNotNull();
    return started;
  }
}
