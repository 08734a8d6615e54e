package io.agentchannel.testkit.contract;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LocalIdentity;
import io.agentchannel.spi.Options;
import io.agentchannel.spi.TlsMaterial;
import io.agentchannel.spi.TransportContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A transport's surroundings without a runtime, for tests of its links: links that come in wait in
 * a queue, options are given as text, guests are refused. Thread-safe. Close it after the
 * transport.
 */
public final class BareContext implements TransportContext, AutoCloseable {
  private final BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
  private final Options options;
  private final LocalIdentity identity;
  private final TlsMaterial tls;
  private final Consumer<Link> door;
  private final ScheduledExecutorService timers =
      Executors.newSingleThreadScheduledExecutor(daemons("agentchannel-bare-timers"));
  private final ExecutorService workers =
      Executors.newCachedThreadPool(daemons("agentchannel-bare-worker"));

  /**
   * @param options what a transport finds by key, as in the configuration
   */
  public BareContext(Map<String, String> options) {
    this(options, new NoTls());
  }

  /**
   * @param options what a transport finds by key, as in the configuration
   * @param tls for endpoints with TLS
   */
  public BareContext(Map<String, String> options, TlsMaterial tls) {
    this.options = new TextOptions(Map.copyOf(options));
    this.identity = new Identity(randomId());
    this.tls = tls;
    this.door = accepted::add;
  }

  /**
   * @param id who the transport is told that it works for
   * @param door takes the links that come in, which then do not wait in the queue
   */
  BareContext(Map<String, String> options, AgentId id, Consumer<Link> door) {
    this.options = new TextOptions(Map.copyOf(options));
    this.identity = new Identity(id);
    this.tls = new NoTls();
    this.door = door;
  }

  @Override
  public void accept(Link link) {
    door.accept(link);
  }

  /**
   * The next link that came in, waiting up to five seconds for it.
   *
   * @throws AssertionError if none came
   */
  public Link nextLink() throws InterruptedException {
    Link link = accepted.poll(5, TimeUnit.SECONDS);
    if (link == null) {
      throw new AssertionError("no link came in within 5 s");
    }
    return link;
  }

  @Override
  public GuestCalls guests() {
    return new NoGuests();
  }

  @Override
  public Options options() {
    return options;
  }

  @Override
  public LocalIdentity identity() {
    return identity;
  }

  @Override
  public TlsMaterial tls() {
    return tls;
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
  public void close() {
    timers.shutdownNow();
    workers.shutdownNow();
  }

  private static ThreadFactory daemons(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  private static AgentException refusal(String message) {
    return new AgentException(Code.UNAUTHENTICATED, Outcome.NOT_SENT, message);
  }

  private static AgentId randomId() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return AgentId.ofPublicKey(key);
  }

  private static final class Identity implements LocalIdentity {
    private final AgentId id;
    private final long instance = new SecureRandom().nextLong();

    Identity(AgentId id) {
      this.id = id;
    }

    @Override
    public AgentId id() {
      return id;
    }

    @Override
    public String name() {
      return "bare";
    }

    @Override
    public long instance() {
      return instance;
    }
  }

  private static final class NoGuests implements GuestCalls {
    @Override
    public boolean allowsOrigin(String origin) {
      return false;
    }

    @Override
    public Guest admit(Visit visit) {
      throw refusal("no guests here");
    }
  }

  private static final class NoTls implements TlsMaterial {
    @Override
    public SSLContext client() {
      throw refusal("no certificates here");
    }

    @Override
    public SSLContext server() {
      throw refusal("no certificates here");
    }

    @Override
    public X509ExtendedTrustManager clientTrust() {
      throw refusal("no certificates here");
    }

    @Override
    public boolean isAgents() {
      return false;
    }

    @Override
    public @Nullable AgentId provenPeer(SSLSession session) {
      return null;
    }
  }

  private record TextOptions(Map<String, String> values) implements Options {
    @Override
    public @Nullable String text(String key) {
      return values.get(key);
    }

    @Override
    public List<String> list(String key) {
      String value = values.get(key);
      return value == null ? List.of() : List.of(value.split(",", -1));
    }

    @Override
    public boolean flag(String key, boolean otherwise) {
      String value = values.get(key);
      return value == null ? otherwise : Boolean.parseBoolean(value);
    }

    @Override
    public int number(String key, int otherwise) {
      return Math.toIntExact(size(key, otherwise));
    }

    @Override
    public long size(String key, long otherwise) {
      String value = values.get(key);
      return value == null ? otherwise : Long.parseLong(value);
    }

    @Override
    public Duration duration(String key, Duration otherwise) {
      String value = values.get(key);
      return value == null ? otherwise : Duration.parse("PT" + value);
    }
  }
}
