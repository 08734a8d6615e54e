package io.agentchannel.http.webhook;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.http.internal.okhttp.OkHttp;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.spi.TransportContext;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers webhooks, signed, to where strangers say: at public addresses, looked at once the name
 * is resolved, unless others are allowed. Redirects are failures. What fails is tried again on the
 * standard's schedule, 410 (Gone) ends it at once, and what comes to nothing is a {@link
 * DeadLetter}. What waits is kept in memory, in bounds, and lost with the process. Thread-safe.
 */
public final class WebhookSender implements AutoCloseable {
  /** Keys of the configuration besides {@code webhook.allow-private}. */
  public static final Set<String> KEYS = Set.of("webhook.secret");

  private static final Logger log = LoggerFactory.getLogger(WebhookSender.class);
  private static final String SECRET_KEY = "webhook.secret";
  private static final String ALLOW_PRIVATE_KEY = "webhook.allow-private";
  private static final int MOST_DELIVERIES = 1_000;
  private static final long MOST_BYTES = 64L * 1024 * 1024;
  private static final int MOST_REQUESTS = 64;
  private static final int LONGEST_URL = 2048;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);

  private final WebhookSigner signer;
  private final boolean allowPrivate;
  private final RetrySchedule schedule;
  private final List<DeadLetterListener> listeners;
  private final TransportContext context;
  private final Set<Delivery> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicLong bytes = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable CompletableFuture<OkHttpClient> client;
  private volatile boolean closed;

  WebhookSender(
      WebhookSigner signer,
      boolean allowPrivate,
      RetrySchedule schedule,
      List<DeadLetterListener> listeners,
      TransportContext context) {
    this.signer = signer;
    this.allowPrivate = allowPrivate;
    this.schedule = schedule;
    this.listeners = List.copyOf(listeners);
    this.context = context;
  }

  /**
   * The sender of an agent, or null if no secret is configured to sign with.
   *
   * @throws AgentException {@link Code#INVALID_ARGUMENT} if {@code webhook.secret} holds no secret;
   *     the message does not show it
   */
  public static @Nullable WebhookSender of(TransportContext context) {
    List<String> secrets = context.options().list(SECRET_KEY);
    if (secrets.isEmpty()) {
      return null;
    }
    WebhookSigner signer;
    try {
      signer = new WebhookSigner(secrets.stream().map(WebhookKey::parse).toList());
    } catch (IllegalArgumentException unusable) {
      throw new AgentException(
          Code.INVALID_ARGUMENT, Outcome.NOT_SENT, SECRET_KEY + ": " + unusable.getMessage());
    }
    List<DeadLetterListener> listeners = new ArrayList<>();
    ServiceLoader.load(DeadLetterListener.class).forEach(listeners::add);
    return new WebhookSender(
        signer,
        context.options().flag(ALLOW_PRIVATE_KEY, false),
        RetrySchedule.STANDARD,
        listeners,
        context);
  }

  /**
   * Whether something could be delivered there; a name is not resolved yet.
   *
   * @throws AgentException {@link Code#INVALID_ARGUMENT}, in words for who gave the URL
   */
  public void check(URI url) {
    boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
    if (!web
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getPort() > 0xffff
        || url.toString().length() > LONGEST_URL) {
      throw new AgentException(
          Code.INVALID_ARGUMENT,
          Outcome.NOT_SENT,
          "the address of a callback must be an http or https URL without a user");
    }
    String host = url.getHost();
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(bare);
    try {
      if (literal != null && !isAllowed(InetAddress.getByAddress(literal))) {
        throw new AgentException(
            Code.INVALID_ARGUMENT, Outcome.NOT_SENT, "a callback must be at a public address");
      }
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private boolean isAllowed(InetAddress address) {
    return allowPrivate || PublicAddresses.isPublic(address);
  }

  /**
   * Delivers, now or as soon as it can be done. Never blocks and never throws; whatever does not
   * come to anything is told to the listeners.
   *
   * @param id of the delivery, the same for all attempts; without dots
   * @param headers beside those of content and signature
   */
  public void send(
      String id, URI url, String contentType, byte[] body, Map<String, String> headers) {
    Delivery delivery = new Delivery(this, id, url, contentType, body, headers);
    waiting.add(delivery);
    if (bytes.addAndGet(body.length) > MOST_BYTES || waiting.size() > MOST_DELIVERIES) {
      delivery.giveUp("too many deliveries are waiting");
    } else {
      delivery.attempt();
    }
    if (closed) {
      delivery.giveUp("the agent has closed");
    }
  }

  WebhookSigner signer() {
    return signer;
  }

  RetrySchedule schedule() {
    return schedule;
  }

  TransportContext context() {
    return context;
  }

  CompletableFuture<OkHttpClient> client() {
    lock.lock();
    try {
      if (client == null || client.isCompletedExceptionally()) {
        client = CompletableFuture.supplyAsync(this::newClient, context.workers());
      }
      return client;
    } catch (RejectedExecutionException closing) {
      return CompletableFuture.failedFuture(closing);
    } finally {
      lock.unlock();
    }
  }

  private OkHttpClient newClient() {
    return OkHttp.guarded("webhooks", MOST_REQUESTS, CONNECT_TIMEOUT, this::isAllowed, context)
        .callTimeout(ANSWER_TIMEOUT)
        .build();
  }

  /** The delivery has arrived. */
  void delivered(Delivery delivery) {
    forget(delivery);
  }

  /** The delivery is given up. */
  void dead(Delivery delivery, DeadLetter letter) {
    forget(delivery);
    if (listeners.isEmpty()) {
      log.warn("a webhook was not delivered: {}", OneLine.of(letter.toString()));
    }
    for (DeadLetterListener listener : listeners) {
      try {
        listener.onDeadLetter(letter);
      } catch (RuntimeException e) {
        log.warn("a listener of undelivered webhooks failed", e);
      }
    }
  }

  private void forget(Delivery delivery) {
    if (waiting.remove(delivery)) {
      bytes.addAndGet(-delivery.size());
    }
  }

  /** Gives up what waits. Twice does nothing. */
  @Override
  public void close() {
    closed = true;
    waiting.forEach(delivery -> delivery.giveUp("the agent has closed"));
    CompletableFuture<OkHttpClient> made;
    lock.lock();
    try {
      made = client;
    } finally {
      lock.unlock();
    }
    if (made != null) {
      made.thenAccept(OkHttp::close);
    }
  }
}
