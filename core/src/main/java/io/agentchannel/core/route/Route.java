package io.agentchannel.core.route;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.RouteReport;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.link.LinkDriver;
import io.agentchannel.core.link.LinkHost;
import io.agentchannel.core.security.Hello;
import io.github.resilience4j.core.IntervalFunction;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint, and the link to it while there is one. It connects when it is asked to, and again
 * after a loss or a failure, with backoff and jitter, for as long as somebody needs it.
 * Thread-safe.
 */
final class Route implements LinkHost {
  private static final long LONG_LIFE = TimeUnit.SECONDS.toNanos(1);
  private static final int TOLERATED_LOSSES = 5;

  /** Past this many doublings the wait is at its longest anyway. */
  private static final int MAX_EXPONENT = 30;

  /** What the owner of a route tells and hears. */
  interface Owner {

    /** Whether a link is needed: calls wait for one or live on one. */
    boolean isNeeded();

    /** Somebody answers: who, and the session with that instance. */
    Session onPeer(Hello peer);

    /** The session has the link. */
    void onLinkUp();

    /** The endpoint answers, and trying again will not help. */
    void onRefused(AgentException failure);
  }

  private final URI endpoint;
  private final Connector.Aim aim;
  private final Connector connector;
  private final IntervalFunction backoff;
  private final ScheduledExecutorService timers;
  private final Owner owner;
  private final ReentrantLock lock = new ReentrantLock();

  private RouteReport.State state = RouteReport.State.UNTRIED;
  private @Nullable LinkDriver link;

  /** Was given up while it was up; its end is no news. */
  private @Nullable LinkDriver abandoned;

  private long upSince;
  private int quickLosses;
  private int failures;
  private @Nullable AgentException lastFailure;
  private boolean closed;

  /**
   * @param first the wait before the second attempt; doubled from there on up to {@code max}
   */
  Route(
      URI endpoint,
      Connector.Aim aim,
      Connector connector,
      Duration first,
      Duration max,
      ScheduledExecutorService timers,
      Owner owner) {
    this.endpoint = endpoint;
    this.aim = aim;
    this.connector = connector;
    this.backoff = IntervalFunction.ofExponentialRandomBackoff(first, 2, 0.5, max);
    this.timers = timers;
    this.owner = owner;
  }

  URI endpoint() {
    return endpoint;
  }

  /** Connects unless a link or an attempt is there. */
  void connect() {
    lock.lock();
    try {
      if (closed || link != null || state == RouteReport.State.CONNECTING) {
        return;
      }
      state = RouteReport.State.CONNECTING;
    } finally {
      lock.unlock();
    }
    attempt();
  }

  private void attempt() {
    connector
        .connect(endpoint, aim, this)
        .whenComplete(
            (driver, failure) -> {
              if (failure != null) {
                failed(asAgentException(failure));
              }
            });
  }

  private AgentException asAgentException(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof AgentException known
        ? known
        : new AgentException(Code.UNAVAILABLE, Outcome.NOT_SENT, endpoint + ": " + cause, cause);
  }

  @Override
  public CompletionStage<?> admit(LinkDriver driver, Hello peer) {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public Session onEstablished(LinkDriver driver, Hello peer) {
    Session session = owner.onPeer(peer);
    lock.lock();
    try {
      if (driver.hasEnded()) {
        return session;
      }
      link = driver;
      upSince = System.nanoTime();
      state = RouteReport.State.CONNECTED;
      failures = 0;
      lastFailure = null;
    } finally {
      lock.unlock();
    }
    return session;
  }

  @Override
  public void onLive(LinkDriver driver) {
    owner.onLinkUp();
  }

  @Override
  public void onEnded(LinkDriver driver, @Nullable AgentException failure) {
    lock.lock();
    boolean wasUp;
    try {
      wasUp = link == driver;
      if (driver == abandoned || link != null && !wasUp) {
        return;
      }
      link = null;
    } finally {
      lock.unlock();
    }
    AgentException why =
        failure == null
            ? new AgentException(
                Code.UNAVAILABLE, Outcome.NOT_SENT, endpoint + ": the peer closed the link")
            : failure;
    if (wasUp) {
      lost(why);
    } else {
      failed(why);
    }
  }

  /** A link that was up is gone: it is made again at once, unless that happens all the time. */
  private void lost(AgentException why) {
    long wait;
    lock.lock();
    try {
      lastFailure = why;
      boolean quick = System.nanoTime() - upSince < LONG_LIFE;
      quickLosses = quick ? quickLosses + 1 : 0;
      wait =
          quickLosses <= TOLERATED_LOSSES
              ? 0
              : backoff.apply(Math.min(quickLosses - TOLERATED_LOSSES, MAX_EXPONENT));
      state = closed || !owner.isNeeded() ? RouteReport.State.FAILED : RouteReport.State.CONNECTING;
    } finally {
      lock.unlock();
    }
    tryAgainIn(wait);
  }

  private void failed(AgentException why) {
    boolean hopeless = why.code() != Code.UNAVAILABLE && why.code() != Code.DEADLINE_EXCEEDED;
    long wait;
    lock.lock();
    try {
      lastFailure = why;
      failures++;
      state = RouteReport.State.FAILED;
      if (closed) {
        return;
      }
      wait = backoff.apply(Math.min(failures, MAX_EXPONENT));
      if (!hopeless && owner.isNeeded()) {
        state = RouteReport.State.CONNECTING;
      }
    } finally {
      lock.unlock();
    }
    if (hopeless) {
      owner.onRefused(why);
    } else {
      tryAgainIn(wait);
    }
  }

  private void tryAgainIn(long millis) {
    if (millis == 0) {
      tryAgain();
      return;
    }
    try {
      timers.schedule(this::tryAgain, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      close();
    }
  }

  private void tryAgain() {
    lock.lock();
    try {
      if (closed || link != null || state != RouteReport.State.CONNECTING) {
        return;
      }
      if (!owner.isNeeded()) {
        state = RouteReport.State.FAILED;
        return;
      }
    } finally {
      lock.unlock();
    }
    attempt();
  }

  /** The link is of no more use: the peer's instance is leaving. A new one may be made. */
  void abandonLink() {
    lock.lock();
    try {
      abandoned = link;
      link = null;
      if (state == RouteReport.State.CONNECTED) {
        state = RouteReport.State.FAILED;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Completes when what had gathered for the link is sent. */
  CompletableFuture<Void> close() {
    LinkDriver open;
    lock.lock();
    try {
      closed = true;
      open = link;
    } finally {
      lock.unlock();
    }
    return open == null ? CompletableFuture.completedFuture(null) : open.close();
  }

  /** Why there is no link; null if nothing went wrong. */
  @Nullable String trouble() {
    lock.lock();
    try {
      return lastFailure == null ? null : lastFailure.getMessage();
    } finally {
      lock.unlock();
    }
  }

  private String withNote(String reason) {
    String note = link == null ? null : link.note();
    return note == null ? reason : reason + "; " + note;
  }

  RouteReport.Route report() {
    lock.lock();
    try {
      long roundTrip = link == null ? 0 : link.roundTripNanos();
      String reason =
          switch (state) {
            case UNTRIED -> "no call has needed it yet";
            case CONNECTING -> failures == 0 ? "connecting" : "trying again";
            case CONNECTED -> withNote("the only route");
            case FAILED -> "not needed now";
          };
      return new RouteReport.Route(
          endpoint.toString(),
          state,
          state == RouteReport.State.CONNECTED,
          roundTrip == 0 ? null : Duration.ofNanos(roundTrip),
          failures,
          lastFailure == null ? null : lastFailure.getMessage(),
          reason);
    } finally {
      lock.unlock();
    }
  }
}
