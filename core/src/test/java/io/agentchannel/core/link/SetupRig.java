package io.agentchannel.core.link;

import io.agentchannel.AgentException;
import io.agentchannel.Peer;
import io.agentchannel.core.exchange.Budget;
import io.agentchannel.core.exchange.ExchangeOptions;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.security.Handshake;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.core.security.LinkIdentity;
import io.agentchannel.core.security.SealedHandshake;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.PeerProof;
import io.agentchannel.testkit.MemoryTransport;
import io.agentchannel.testkit.contract.BareContext;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Two sides of one link, each with decisions that the test makes. */
final class SetupRig implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final BareContext context = new BareContext(Map.of());
  private final MemoryTransport transport = new MemoryTransport();
  private final Binding binding =
      transport.listen(URI.create("memory://*"), context).toCompletableFuture().join();
  final Side caller = new Side("caller", context);
  final Side listener = new Side("listener", context);

  /** Both begin. */
  void connect() throws Exception {
    connect(PATIENCE);
  }

  void connect(Duration listenersPatience) throws Exception {
    caller.drive(connectBare(), true, PATIENCE);
    listener.drive(context.nextLink(), false, listenersPatience);
  }

  /** Only the listener begins; the other end is the test's. */
  Link connectToListener() throws Exception {
    Link bare = connectBare();
    listener.drive(context.nextLink(), false, PATIENCE);
    return bare;
  }

  private Link connectBare() {
    return transport.connect(binding.endpoint(), null, context).toCompletableFuture().join();
  }

  @Override
  public void close() {
    transport.close();
    context.close();
  }

  /** One agent's part. */
  static final class Side implements LinkHost {
    final IdentityKey key = IdentityKey.ephemeral();
    final CompletableFuture<Void> admission = new CompletableFuture<>();
    final CompletableFuture<Void> identification = new CompletableFuture<>();
    final CompletableFuture<Hello> asked = new CompletableFuture<>();
    final CompletableFuture<PeerProof> proof = new CompletableFuture<>();
    final CompletableFuture<Void> live = new CompletableFuture<>();
    final CompletableFuture<@Nullable AgentException> ended = new CompletableFuture<>();
    final AtomicInteger sessions = new AtomicInteger();
    private final String name;
    private final BareContext context;
    private @Nullable LinkDriver driver;

    Side(String name, BareContext context) {
      this.name = name;
      this.context = context;
    }

    void drive(Link bare, boolean initiates, Duration timeout) {
      Link link = new Asking(bare, this);
      byte[] greeting = ("greetings from " + name).getBytes(StandardCharsets.US_ASCII);
      Hello hello = new Hello(key.id(), name, 1, 256 << 10, 60_000).forLink(0, greeting, null);
      LinkIdentity identity = LinkIdentity.of(key);
      Handshake handshake =
          initiates
              ? SealedHandshake.initiator(hello, identity, "", null, false)
              : SealedHandshake.responder(hello, identity, false);
      LinkSettings settings =
          new LinkSettings(Duration.ofSeconds(20), Duration.ofSeconds(10), timeout);
      driver =
          LinkDriver.drive(
              link,
              handshake,
              hello,
              (work, dropped) -> context.workers().execute(work),
              this,
              settings,
              context.timers());
    }

    LinkDriver driver() {
      return driver;
    }

    @Override
    public CompletionStage<?> admit(LinkDriver link, Hello peer) {
      asked.complete(peer);
      return admission;
    }

    @Override
    public Session onEstablished(LinkDriver link, Hello peer) {
      sessions.incrementAndGet();
      return new Session(
          ExchangeOptions.DEFAULTS,
          new Budget(1 << 20),
          new Session.Remote(new Peer.Agent(peer.id(), peer.name()), "x-", peer.window()),
          (call, replies) -> {
            throw new AssertionError("nobody calls");
          },
          System::nanoTime);
    }

    @Override
    public void onLive(LinkDriver link) {
      live.complete(null);
    }

    @Override
    public void onEnded(LinkDriver link, @Nullable AgentException failure) {
      ended.complete(failure);
    }
  }

  /** Asks the test what the transport says to the peer. */
  private record Asking(Link link, Side side) implements Link {
    @Override
    public CompletionStage<?> authenticated(PeerProof peer) {
      side.proof.complete(peer);
      return side.identification;
    }

    @Override
    public void start(Receiver receiver) {
      link.start(receiver);
    }

    @Override
    public boolean send(ByteBuffer packet) {
      return link.send(packet);
    }

    @Override
    public boolean isReady() {
      return link.isReady();
    }

    @Override
    public Executor executor() {
      return link.executor();
    }

    @Override
    public LinkInfo info() {
      return link.info();
    }

    @Override
    public void close() {
      link.close();
    }
  }
}
