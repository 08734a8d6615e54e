package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent's connection to one broker, of which there is one however many peers and plain clients
 * are behind it. It is made when it is needed, made again as long as somebody listens, and let go
 * when nobody uses it. Thread-safe.
 */
final class Broker implements Session.Owner {
  private static final Logger log = LoggerFactory.getLogger(Broker.class);
  private static final long LINGER_SECONDS = 5;

  /** How often a connection may be lost before it was of any use, until that is a failure. */
  private static final int EARLY_LOSSES = 4;

  private static final long EARLY_LOSS_MILLIS = 50;

  private final Endpoint endpoint;
  private final Settings settings;
  private final TransportContext context;
  private final String place;
  private final BrokerLoop loop;
  private final Backoff backoff;
  private final FormerInboxes former = new FormerInboxes();
  private final Subscriptions subscriptions;
  private final ReentrantLock lock = new ReentrantLock();

  /** The session, or the attempt to have one. */
  private @Nullable CompletableFuture<Session> current;

  private @Nullable Session session;
  private @Nullable Listening listening;
  private int failures;
  private boolean closed;

  Broker(Endpoint endpoint, Settings settings, TransportContext context) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.context = context;
    this.place = Place.of(context.identity().instance(), endpoint);
    this.loop = new BrokerLoop(settings.maxIncoming());
    this.backoff = new Backoff(settings.firstWait(), settings.longestWait());
    this.subscriptions = new Subscriptions(this, settings.qos());
  }

  CompletableFuture<Link> connect(AgentId agent) {
    CompletableFuture<Link> result = new CompletableFuture<>();
    session()
        .whenComplete(
            (open, failure) -> {
              if (failure != null) {
                result.completeExceptionally(Problems.connecting(endpoint, failure));
              } else if (!result.isDone()) {
                follow(Contact.start(open, agent, former.get(agent), context.timers()), result);
              }
            });
    return result;
  }

  private static <T> void follow(CompletableFuture<T> from, CompletableFuture<T> to) {
    from.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            to.completeExceptionally(failure);
          } else {
            to.complete(value);
          }
        });
    to.whenComplete((value, failure) -> from.cancel(false));
  }

  /**
   * Completes when the first attempt is through: a broker that cannot be reached is tried again for
   * as long as it takes, one that refuses this agent is not.
   */
  CompletableFuture<Binding> listen(URI shown) {
    Listening made = new Listening(this, settings, context, shown);
    lock.lock();
    try {
      if (listening != null) {
        return CompletableFuture.failedFuture(
            Problems.of(
                Code.FAILED_PRECONDITION, endpoint, "this agent listens here already", null));
      }
      listening = made;
    } finally {
      lock.unlock();
    }
    CompletableFuture<Binding> result = new CompletableFuture<>();
    CompletableFuture<Session> begun = session().thenCompose(made::begin);
    begun.whenComplete(
        (done, failure) -> {
          AgentException problem = failure == null ? null : Problems.connecting(endpoint, failure);
          if (problem != null && problem.code() != Code.UNAVAILABLE) {
            made.close();
            result.completeExceptionally(problem);
          } else {
            if (problem != null) {
              log.warn("{}; it is tried again until it works", problem.getMessage());
            }
            result.complete(made);
          }
        });
    return result;
  }

  void stopListening(Listening closing) {
    Session open;
    lock.lock();
    try {
      if (listening != closing) {
        return;
      }
      listening = null;
      open = session;
    } finally {
      lock.unlock();
    }
    if (open != null) {
      closing.end(open);
    }
  }

  /** The session there is, or else the attempt under way, or else a new one. */
  CompletableFuture<Session> session() {
    CompletableFuture<Session> attempt;
    lock.lock();
    try {
      if (closed) {
        return CompletableFuture.failedFuture(
            new AgentException(Code.UNAVAILABLE, Outcome.NOT_SENT, "the MQTT transport is closed"));
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
    Session made = new Session(endpoint, settings, context.identity(), place, this);
    new Dial(endpoint, settings, context, loop.group(), place, will(), made)
        .start()
        .thenCompose(wire -> made.begin(wire, context.timers()))
        .thenCompose(this::beginListening)
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

  private @Nullable Listening listening() {
    lock.lock();
    try {
      return listening;
    } finally {
      lock.unlock();
    }
  }

  private Mqtt5Publish will() {
    Listening wanted = listening();
    return Wills.testament(
        settings.topics().card(context.identity().name()),
        place,
        context.identity().id().toString(),
        wanted != null && wanted.hasCard());
  }

  private CompletableFuture<Session> beginListening(Session made) {
    Listening wanted = listening();
    return wanted == null ? CompletableFuture.completedFuture(made) : wanted.begin(made);
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
      subscriptions.resume(made);
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
      subscriptions.refuse(why);
    }
    tryAgain();
  }

  /** Whether the connection is to be there always; under the lock. */
  private boolean isWanted() {
    return !closed && (listening != null || !subscriptions.isEmpty());
  }

  /** Somebody listens: the connection is made again, with backoff and jitter. */
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

  @Override
  public void onKnown(Topics.Inbox inbox) {
    former.put(inbox);
  }

  @Override
  public void onGone(Topics.Inbox inbox) {
    former.remove(inbox);
  }

  @Override
  public boolean onPublished(String topic, Mqtt5Publish message) {
    return subscriptions.onMessage(topic, message);
  }

  /** The last subscriber has gone. */
  void onNoSubscribers() {
    Session open;
    lock.lock();
    try {
      open = session;
    } finally {
      lock.unlock();
    }
    if (open != null && open.isUnused()) {
      onUnused(open);
    }
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Runs it on the event loop and never in place; false if that has ended. */
  boolean execute(Runnable task) {
    return loop.execute(task);
  }

  boolean inEventLoop() {
    return loop.isCurrent();
  }

  /** Ends the connection in order; completes when it has ended, or cannot be. */
  CompletableFuture<Void> close() {
    Session open;
    CompletableFuture<Session> attempt;
    lock.lock();
    try {
      closed = true;
      listening = null;
      open = session;
      attempt = current;
    } finally {
      lock.unlock();
    }
    subscriptions.close();
    if (attempt != null) {
      attempt.completeExceptionally(
          new AgentException(Code.UNAVAILABLE, Outcome.NOT_SENT, "the MQTT transport is closed"));
    }
    return open == null ? CompletableFuture.completedFuture(null) : open.close();
  }

  /** After {@link #close}: what is still open is cut. */
  void shutDown() {
    loop.close();
  }
}
