package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that an agent wants of one broker, over its one {@link Connection} to it, however many peers
 * and plain clients are behind it: links to others, a place where others find it, and public
 * topics. Thread-safe.
 */
final class Broker implements Connection.User {
  private static final Logger log = LoggerFactory.getLogger(Broker.class);

  /** Fewer are the last words of links that have just closed. */
  private static final int STRAYS_WORTH_A_LINE = 100;

  private final Endpoint endpoint;
  private final Settings settings;
  private final TransportContext context;
  private final BrokerLoop loop;
  private final Connection connection;
  private final Subscriptions subscriptions;
  private final FormerInboxes former = new FormerInboxes();
  private final Tally strays;

  /** What takes links and plain clients' calls, or null. */
  private final AtomicReference<@Nullable Listening> listening = new AtomicReference<>();

  Broker(Endpoint endpoint, Settings settings, TransportContext context) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.context = context;
    this.loop = new BrokerLoop(settings.maxIncoming(), context.options());
    this.connection = new Connection(endpoint, settings, context, loop.group(), this);
    this.subscriptions = new Subscriptions(this, settings.qos());
    this.strays = new Tally(endpoint, "messages dropped that belong nowhere", STRAYS_WORTH_A_LINE);
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
    if (!listening.compareAndSet(null, made)) {
      return CompletableFuture.failedFuture(
          Problems.of(Code.FAILED_PRECONDITION, endpoint, "this agent listens here already", null));
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
    Session open = listening.compareAndSet(closing, null) ? connection.open() : null;
    if (open != null) {
      closing.end(open);
    }
  }

  /** The session there is, or else the attempt under way, or else a new one. */
  CompletableFuture<Session> session() {
    return connection.session();
  }

  // What the connection asks and tells.

  @Override
  public boolean isWanted() {
    return listening.get() != null || !subscriptions.isEmpty();
  }

  @Override
  public Mqtt5Publish will() {
    Listening wanted = listening.get();
    return Wills.testament(
        settings.topics().card(context.identity().name()),
        connection.place(),
        context.identity().id().toString(),
        wanted != null && wanted.hasCard());
  }

  @Override
  public CompletableFuture<Session> begin(Session made) {
    Listening wanted = listening.get();
    return wanted == null ? CompletableFuture.completedFuture(made) : wanted.begin(made);
  }

  @Override
  public void onOpened(Session open) {
    Listening begun = open.listening();
    if (begun != null && begun != listening.get()) {
      // It was closed while the connection was being made.
      begun.end(open);
    }
    subscriptions.resume(open);
  }

  @Override
  public void onRefused(AgentException why) {
    subscriptions.refuse(why);
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

  @Override
  public void onStray() {
    strays.add("anybody may write into an inbox; links take no notice");
  }

  @Override
  public @Nullable String note() {
    Listening there = listening.get();
    String notes =
        Stream.of(strays.note(), there == null ? null : there.note())
            .filter(Objects::nonNull)
            .collect(Collectors.joining("; "));
    return notes.isEmpty() ? null : notes;
  }

  /** The last subscriber has gone. */
  void onNoSubscribers() {
    connection.checkUse();
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
    listening.set(null);
    subscriptions.close();
    return connection.close();
  }

  /** After {@link #close}: what is still open is cut. */
  void shutDown() {
    loop.close();
  }
}
