package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the one connection to a broker: it is made when somebody needs it, made again as long
 * as somebody wants it to be there, and let go when nobody uses it. Thread-safe.
 */
final class Connection implements Session.Owner {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);
  private static final long LINGER_SECONDS = 5;

  /** How often a connection may be lost before it was of any use, until that is a failure. */
  private static final int EARLY_LOSSES = 4;

  private static final long EARLY_LOSS_MILLIS = 50;

  /** For whom it is made. Methods are called on any thread, and must not block. */
  interface User extends Audience {

    /** Whether the connection is to be there always. Called under the lock of the connection. */
    boolean isWanted();

    /** What the broker is to say when the connection ends without a word. */
    Mqtt5Publish will();

    /** What has to be there before the session is used; it is lost if that fails. */
    CompletableFuture<Session> begin(Session made);

    /** The session is in use from now on. */
    void onOpened(Session open);

    /** The broker does not let this agent in. */
    void onRefused(AgentException why);
  }

  private final Endpoint endpoint;
  private final Settings settings;
  private final TransportContext context;
  private final EventLoopGroup loops;
  private final User user;
  private final String place;
  private final Backoff backoff;
  private final ReentrantLock lock = new ReentrantLock();

  /** The session, or the attempt to have one. */
  private @Nullable CompletableFuture<Session> current;

  private @Nullable Session session;
  private int failures;
  private boolean closed;

  /**
   * @param loops with one event loop
   */
  Connection(
      Endpoint endpoint,
      Settings settings,
      TransportContext context,
      EventLoopGroup loops,
      User user) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.context = context;
    this.loops = loops;
    this.user = user;
    this.place = Place.of(context.identity().instance(), endpoint);
    this.backoff = new Backoff(settings.firstWait(), settings.longestWait());
  }

  /** The last level of the inboxes of its sessions. */
  String place() {
    return place;
  }

  /** The session that is in use; null if there is none. */
  @Nullable Session open() {
    lock.lock();
    try {
      return session;
    } finally {
      lock.unlock();
    }
  }

  /** The session there is, or else the attempt under way, or else a new one. */
  CompletableFuture<Session> session() {
    CompletableFuture<Session> attempt;
    lock.lock();
    try {
      if (closed) {
        return CompletableFuture.failedFuture(closedProblem());
      }
      if (current != null) {
        return current;
      }
      attempt = new CompletableFuture<>();
      current = attempt;
    } finally {
      lock.unlock();
    }
    open(attempt, EARLY_LOSSES);
    return attempt;
  }

  private void open(CompletableFuture<Session> attempt, int again) {
    Session made = new Session(endpoint, settings, context.identity(), place, this, user);
    new Dial(endpoint, settings, context, loops, place, user.will(), made)
        .start()
        .thenCompose(wire -> made.begin(wire, context.timers()))
        .thenCompose(user::begin)
        .whenComplete(
            (open, failure) -> {
              if (failure == null) {
                opened(attempt, made);
              } else if (made.isLost() && again > 0) {
                openAgain(attempt, again - 1);
              } else {
                made.close();
                failed(attempt, Problems.connecting(endpoint, failure));
                attempt.completeExceptionally(failure);
              }
            });
  }

  /**
   * Some brokers drop a client that subscribes before they are ready for it. They are given a
   * moment to clean up after it: it comes back under the same name.
   */
  private void openAgain(CompletableFuture<Session> attempt, int again) {
    try {
      context
          .timers()
          .schedule(() -> open(attempt, again), EARLY_LOSS_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      attempt.completeExceptionally(closing);
    }
  }

  private void opened(CompletableFuture<Session> attempt, Session made) {
    boolean tooLate;
    lock.lock();
    try {
      failures = 0;
      tooLate = closed;
      session = made;
    } finally {
      lock.unlock();
    }
    if (tooLate) {
      made.close();
    } else if (made.isLost()) {
      onLost(made, Problems.of(Code.UNAVAILABLE, endpoint, "the connection broke at once", null));
    } else {
      user.onOpened(made);
    }
    attempt.complete(made);
  }

  private void failed(CompletableFuture<Session> attempt, AgentException why) {
    lock.lock();
    try {
      if (current == attempt) {
        current = null;
      }
      failures++;
    } finally {
      lock.unlock();
    }
    if (why.code() != Code.UNAVAILABLE) {
      user.onRefused(why);
    }
    tryAgain();
  }

  /** Under the lock. */
  private boolean isWanted() {
    return !closed && user.isWanted();
  }

  /** It is made again as long as it is wanted, with backoff and jitter. */
  private void tryAgain() {
    long wait;
    lock.lock();
    try {
      if (!isWanted()) {
        return;
      }
      wait = backoff.millis(failures);
    } finally {
      lock.unlock();
    }
    try {
      context.timers().schedule(this::reconnect, wait, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      log.debug("no more attempts: the agent is closing");
    }
  }

  private void reconnect() {
    boolean wanted;
    lock.lock();
    try {
      wanted = isWanted();
    } finally {
      lock.unlock();
    }
    if (wanted) {
      session()
          .exceptionally(
              failure -> {
                log.debug("{}", Problems.connecting(endpoint, failure).getMessage());
                return null;
              });
    }
  }

  @Override
  public void onLost(Session gone, AgentException why) {
    boolean wanted;
    lock.lock();
    try {
      // One that was lost before it was of use is a failed attempt, which is seen to elsewhere.
      wanted = session == gone && isWanted();
      if (session == gone) {
        session = null;
        current = null;
      }
    } finally {
      lock.unlock();
    }
    if (wanted) {
      log.warn("{}; connecting again", why.getMessage());
      tryAgain();
    }
  }

  @Override
  public void onUnused(Session unused) {
    try {
      context.timers().schedule(() -> closeIfUnused(unused), LINGER_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException closing) {
      // Then it is closed with everything else.
    }
  }

  private void closeIfUnused(Session unused) {
    lock.lock();
    try {
      if (session != unused || isWanted() || !unused.isUnused()) {
        return;
      }
      session = null;
      current = null;
    } finally {
      lock.unlock();
    }
    unused.close();
  }

  /** Somebody does not want it any more. */
  void checkUse() {
    Session open = open();
    if (open != null && open.isUnused()) {
      onUnused(open);
    }
  }

  /** Ends it in order; completes when it has ended, or cannot be. */
  CompletableFuture<Void> close() {
    Session open;
    CompletableFuture<Session> attempt;
    lock.lock();
    try {
      closed = true;
      open = session;
      attempt = current;
    } finally {
      lock.unlock();
    }
    if (attempt != null) {
      attempt.completeExceptionally(closedProblem());
    }
    return open == null ? CompletableFuture.completedFuture(null) : open.close();
  }

  private static AgentException closedProblem() {
    return new AgentException(Code.UNAVAILABLE, Outcome.NOT_SENT, "the MQTT transport is closed");
  }
}
