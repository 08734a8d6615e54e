package io.agentchannel.bench;

import io.agentchannel.Call;
import io.agentchannel.core.security.Handshake;
import io.agentchannel.core.security.HandshakeException;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.core.security.LinkIdentity;
import io.agentchannel.core.security.Seal;
import io.agentchannel.core.security.SealedHandshake;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeWriter;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import io.agentchannel.testkit.contract.BareContext;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Floods an agent from one thread, as fast as links take it; a program of its own. */
final class FloodingPeer implements AutoCloseable {
  private static final int MAX_LINKS = 200;

  /** What it floods with. */
  enum Kind {
    NONSENSE("bytes that are no packets, on one link after the other"),
    UNKNOWN_CALLS("calls of operations that do not exist"),
    HALF_OPEN("handshakes that are begun and left");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** What is done again and again. */
  private interface Step {
    void run() throws Exception;
  }

  private final URI endpoint;
  private final BareContext context = new BareContext(Map.of());
  private final Transport transport;
  private final IdentityKey key = IdentityKey.ephemeral();
  private final LinkIdentity identity = LinkIdentity.of(key);
  private final Hello hello = new Hello(key.id(), "flood", 1, 256 << 10, 60_000);

  /** Packets, or links where those are what it floods with. */
  private final AtomicLong sent = new AtomicLong();

  private final CountDownLatch begun = new CountDownLatch(100);
  private final Thread thread = new Thread(this::flood, "flood");
  private @Nullable Step step;
  private volatile boolean closed;

  private FloodingPeer(String endpoint) {
    this.endpoint = URI.create(endpoint);
    this.transport =
        ServiceLoader.load(Transport.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(one -> one.schemes().contains(this.endpoint.getScheme()))
            .findFirst()
            .orElseThrow();
    thread.setDaemon(true);
  }

  /**
   * Floods until it is killed. Says a line when the flood is under way, and one with its rate for
   * each that is said to it.
   */
  public static void main(String[] args) throws Exception {
    try (FloodingPeer peer = new FloodingPeer(args[1])) {
      peer.start(Kind.valueOf(args[0]));
      peer.awaitFlood();
      long begun = System.nanoTime();
      long sent = peer.sent.get();
      System.out.println("flooding");
      while (System.in.read() >= 0) {
        System.out.println((peer.sent.get() - sent) * 1e9 / (System.nanoTime() - begun));
      }
    }
  }

  private void start(Kind kind) {
    step =
        switch (kind) {
          case NONSENSE -> new Nonsense();
          case UNKNOWN_CALLS -> new UnknownCalls();
          case HALF_OPEN -> new HalfOpen();
        };
    thread.start();
  }

  private void flood() {
    try {
      while (!closed && step != null) {
        step.run();
        sent.incrementAndGet();
        begun.countDown();
      }
    } catch (Exception e) {
      if (!closed) {
        throw new IllegalStateException("the flood has dried up", e);
      }
    }
  }

  private void awaitFlood() throws InterruptedException {
    if (!begun.await(10, TimeUnit.SECONDS)) {
      throw new StalledException("the flood does not come");
    }
  }

  private Link connect(Link.Receiver receiver) throws Exception {
    Link link =
        transport.connect(endpoint, null, context).toCompletableFuture().get(10, TimeUnit.SECONDS);
    link.start(receiver);
    return link;
  }

  private static ByteBuffer first(Handshake handshake) {
    return Objects.requireNonNull(handshake.first());
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    transport.close();
    context.close();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Is refused, and comes again. */
  private final class Nonsense implements Step {
    private final byte[] bytes = "GET / HTTP/1.1\r\n\r\n".repeat(10).getBytes(US_ASCII);

    @Override
    public void run() throws Exception {
      Inbox inbox = new Inbox();
      Link link = connect(inbox);
      link.send(ByteBuffer.wrap(bytes));
      inbox.awaitEnd();
      link.close();
    }
  }

  private static final Charset US_ASCII = StandardCharsets.US_ASCII;

  /** Never answers, and keeps as many links as it can. */
  private final class HalfOpen implements Step {
    private final Queue<Link> links = new ArrayDeque<>();

    @Override
    public void run() throws Exception {
      Link link = connect(new Inbox());
      link.send(first(SealedHandshake.initiator(hello, identity, "", null, false)));
      links.add(link);
      if (links.size() > MAX_LINKS) {
        links.remove().close();
      }
    }
  }

  /** Says OPEN again and again, of what is not there. */
  private final class UnknownCalls implements Step {
    private final Inbox inbox = new Inbox();
    private @Nullable Link link;
    private @Nullable Seal seal;
    private long counter;

    @Override
    public void run() throws Exception {
      Link open = link;
      Seal by = seal;
      if (open == null || by == null) {
        begin();
        return;
      }
      while (!open.isReady() && !closed) {
        LockSupport.parkNanos(10_000);
      }
      Envelope envelope =
          new Envelope(
              Envelope.Kind.OPEN,
              true,
              ++counter,
              1,
              0,
              256 << 10,
              1,
              true,
              false,
              0,
              0,
              "application/octet-stream",
              ByteBuffer.allocate(0),
              new Envelope.Open("not.there", Map.of(), null, Call.Kind.UNARY),
              null,
              null,
              0);
      ByteBuffer packet =
          ByteBuffer.allocate(by.headroom() + EnvelopeWriter.framedSize(envelope) + by.tailroom());
      packet.position(by.headroom());
      EnvelopeWriter.writeFramed(envelope, packet);
      packet.clear();
      by.seal(packet);
      if (!open.send(packet)) {
        link = null;
      }
    }

    private void begin() throws Exception {
      Link made = connect(inbox);
      Handshake handshake = SealedHandshake.initiator(hello, identity, "", null, false);
      made.send(first(handshake));
      Handshake.Step second = handshake.onPacket(inbox.next());
      made.send(Objects.requireNonNull(second.reply()));
      inbox.keep = false;
      seal = Objects.requireNonNull(second.authenticated()).seal();
      link = made;
    }
  }

  private static final class Inbox implements Link.Receiver {
    private final BlockingQueue<ByteBuffer> packets = new LinkedBlockingQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean keep = true;

    ByteBuffer next() throws InterruptedException, HandshakeException {
      ByteBuffer packet = packets.poll(10, TimeUnit.SECONDS);
      if (packet == null) {
        throw new StalledException("no handshake");
      }
      return packet;
    }

    void awaitEnd() throws InterruptedException {
      end.await(10, TimeUnit.SECONDS);
    }

    @Override
    public void onPacket(ByteBuffer packet) {
      if (keep) {
        packets.add(ByteBuffer.allocate(packet.remaining()).put(packet).flip());
      }
    }

    @Override
    public void onReadComplete() {
      // Whoever waits is woken by each packet.
    }

    @Override
    public void onReady() {
      // It looks again before long.
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
      end.countDown();
    }
  }
}
