package io.agentchannel.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.HttpProxy;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LocalIdentity;
import io.agentchannel.spi.Options;
import io.agentchannel.spi.TlsMaterial;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import io.agentchannel.testkit.contract.LeakCheck;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One transport and its surroundings, new for each test; checks that the test left nothing. */
final class Rig
    implements TransportContext, GuestCalls, Options, BeforeEachCallback, AfterEachCallback {
  final BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
  final BlockingQueue<Link> guestLinks = new LinkedBlockingQueue<>();
  final BlockingQueue<Visit> visits = new LinkedBlockingQueue<>();
  final Map<String, Object> options = new ConcurrentHashMap<>();
  volatile @Nullable AgentException guestRefusal;
  volatile @Nullable String allowedOrigin;
  volatile @Nullable TlsMaterial tls;
  volatile @Nullable HttpProxy proxy;

  private Transport transport = new WebSocketTransport();
  private ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private ExecutorService workers = Executors.newCachedThreadPool();
  private LeakCheck leaks = LeakCheck.begin();

  @Override
  public void beforeEach(ExtensionContext context) {
    leaks = LeakCheck.begin();
    options.clear();
    guestRefusal = null;
    allowedOrigin = null;
    tls = null;
    proxy = null;
    transport = new WebSocketTransport();
    timers = Executors.newSingleThreadScheduledExecutor();
    workers = Executors.newCachedThreadPool();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    transport.close();
    timers.shutdownNow();
    workers.shutdownNow();
    accepted.clear();
    guestLinks.clear();
    visits.clear();
    if (context.getExecutionException().isEmpty()) {
      leaks.assertNothingLeft();
    }
  }

  Transport transport() {
    return transport;
  }

  Binding listen(String endpoint) throws Exception {
    return get(transport.listen(URI.create(endpoint), this));
  }

  Link connect(URI endpoint) throws Exception {
    return get(transport.connect(endpoint, null, this));
  }

  static <T> T get(CompletionStage<T> stage) throws Exception {
    try {
      return stage.toCompletableFuture().get(10, SECONDS);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof Exception cause ? cause : failure;
    }
  }

  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(10, SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came within 10 s");
    }
    return next;
  }

  @Override
  public void accept(Link link) {
    accepted.add(link);
  }

  @Override
  public GuestCalls guests() {
    return this;
  }

  @Override
  public Options options() {
    return this;
  }

  @Override
  public LocalIdentity identity() {
    return new LocalIdentity() {
      @Override
      public AgentId id() {
        return AgentId.ofPublicKey(new byte[32]);
      }

      @Override
      public String name() {
        return "rig";
      }

      @Override
      public long instance() {
        return 1;
      }
    };
  }

  @Override
  public TlsMaterial tls() {
    TlsMaterial material = tls;
    if (material == null) {
      throw new AgentException(
          Code.FAILED_PRECONDITION, Outcome.NOT_SENT, "tls: no certificate is configured");
    }
    return material;
  }

  @Override
  public @Nullable HttpProxy proxy(String host, int port) {
    return proxy;
  }

  @Override
  public ScheduledExecutorService timers() {
    return timers;
  }

  @Override
  public Executor workers() {
    return workers;
  }

  @Override
  public boolean allowsOrigin(String origin) {
    return origin.equals(allowedOrigin);
  }

  @Override
  public Guest admit(Visit visit) {
    visits.add(visit);
    AgentException refusal = guestRefusal;
    if (refusal != null) {
      throw refusal;
    }
    return new Guest() {
      @Override
      public Requests call(GuestCall call, Replies replies) {
        throw new AssertionError("nobody calls over a conversation");
      }

      @Override
      public void converse(Link texts) {
        guestLinks.add(texts);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public @Nullable String text(String key) {
    return (String) options.get(key);
  }

  @Override
  public List<String> list(String key) {
    Object value = options.get(key);
    return value == null ? List.of() : List.of(value.toString());
  }

  @Override
  public boolean flag(String key, boolean otherwise) {
    return (Boolean) options.getOrDefault(key, otherwise);
  }

  @Override
  public int number(String key, int otherwise) {
    return (Integer) options.getOrDefault(key, otherwise);
  }

  @Override
  public long size(String key, long otherwise) {
    return (Long) options.getOrDefault(key, otherwise);
  }

  @Override
  public Duration duration(String key, Duration otherwise) {
    return (Duration) options.getOrDefault(key, otherwise);
  }
}
