package io.agentchannel.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import io.agentchannel.testkit.contract.BareContext;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Two transports, one of which listens, and text packets over links between them. */
final class LinkFixture implements AutoCloseable {
  private final BareContext callerContext = new BareContext(Map.of());
  private final BareContext listenerContext = new BareContext(Map.of());
  private final CountDownLatch release = new CountDownLatch(1);
  private final Transport caller;
  private final Transport listener;
  private final Binding binding;

  LinkFixture(Transport caller, Transport listener, String listenAt) throws Exception {
    this.caller = caller;
    this.listener = listener;
    this.binding =
        listener.listen(URI.create(listenAt), listenerContext).toCompletableFuture().get();
  }

  URI endpoint() {
    return binding.endpoint();
  }

  Transport caller() {
    return caller;
  }

  Ends connect() throws Exception {
    return connect(endpoint());
  }

  Ends connect(URI endpoint) throws Exception {
    Link near;
    try {
      near = caller.connect(endpoint, null, callerContext).toCompletableFuture().get();
    } catch (ExecutionException failure) {
      throw (Exception) failure.getCause();
    }
    Link far = listenerContext.nextLink();
    Ends ends = new Ends(near, new Mailbox(), far, new Mailbox());
    near.start(ends.atNear());
    far.start(ends.atFar());
    return ends;
  }

  /** Blocks a link's event loop, from when this returns until {@link #release}. */
  void block(Link link) throws InterruptedException {
    CountDownLatch blocked = new CountDownLatch(1);
    link.executor()
        .execute(
            () -> {
              blocked.countDown();
              try {
                release.await();
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
            });
    blocked.await();
  }

  void release() {
    release.countDown();
  }

  @Override
  public void close() {
    release();
    caller.close();
    listener.close();
    callerContext.close();
    listenerContext.close();
  }

  static ByteBuffer packet(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static ByteBuffer packet(int size) {
    return ByteBuffer.allocate(size);
  }

  record Ends(Link near, Mailbox atNear, Link far, Mailbox atFar) {

    /** One packet there and one back. */
    void exchange(String text) throws InterruptedException {
      assertThat(near.send(packet(text))).isTrue();
      assertThat(atFar.nextText()).isEqualTo(text);
      assertThat(far.send(packet(text))).isTrue();
      assertThat(atNear.nextText()).isEqualTo(text);
    }
  }

  /** Keeps what arrives at one end. */
  static final class Mailbox implements Link.Receiver {
    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Throwable> closed = new CompletableFuture<>();
    private volatile String poison;
    private volatile ByteBuffer lentLast;

    @Override
    public void onPacket(ByteBuffer packet) {
      String text = StandardCharsets.UTF_8.decode(packet.duplicate()).toString();
      if (text.equals(poison)) {
        throw new IllegalStateException(text);
      }
      lentLast = packet;
      texts.add(text);
      unread.add(text);
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onReady() {}

    @Override
    public void onClosed(Throwable cause) {
      if (!closed.complete(cause)) {
        throw new AssertionError("closed twice");
      }
    }

    void failOn(String text) {
      poison = text;
    }

    String nextText() throws InterruptedException {
      String text = unread.poll(5, TimeUnit.SECONDS);
      assertThat(text).as("a packet within 5 s").isNotNull();
      return text;
    }

    /** What came last, which is not this side's any more. */
    ByteBuffer lentLast() {
      return lentLast;
    }

    List<String> texts() {
      return texts;
    }

    boolean isClosed() {
      return closed.isDone();
    }

    /** The cause of the close, waiting for it; null after an orderly one. */
    Throwable closed() throws Exception {
      return closed.get(5, TimeUnit.SECONDS);
    }
  }
}
