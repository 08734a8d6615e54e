package io.agentchannel.mqtt;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.spi.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach an agent through a broker: a hello, until somebody welcomes it. Ends with a
 * link or with the reason why not, once; whoever completes the future first, a canceller say, ends
 * the attempt.
 *
 * <p>Where a process of the agent is known, it is asked first: replicas share one place for hellos,
 * and exchanges that are under way are with one of them.
 */
final class Contact {
  /** A process that was there a moment ago answers within this, or another one may. */
  private static final Duration FORMER_TIMEOUT = Duration.ofMillis(500);

  private final Session session;
  private final AgentId agent;
  private final ScheduledExecutorService timers;
  private final CompletableFuture<Link> result = new CompletableFuture<>();
  private final List<Future<?>> limits = new ArrayList<>();
  private final MqttLink link;
  private boolean askedAll;

  private Contact(Session session, AgentId agent, MqttLink link, ScheduledExecutorService timers) {
    this.session = session;
    this.agent = agent;
    this.link = link;
    this.timers = timers;
  }

  /**
   * @param former where a process of the agent was reached last, or null
   */
  static CompletableFuture<Link> start(
      Session session,
      AgentId agent,
      Topics.@Nullable Inbox former,
      ScheduledExecutorService timers) {
    MqttLink link = session.newLink(LinkId.random(), agent, agent.abbreviated());
    if (link == null) {
      return CompletableFuture.failedFuture(
          Problems.of(Code.UNAVAILABLE, session.broker(), "too many links, or none left", null));
    }
    Contact contact = new Contact(session, agent, link, timers);
    session.links().expectAnswer(link.id(), contact);
    contact.result.whenComplete((made, failure) -> contact.end(failure != null));
    if (!session.execute(() -> contact.begin(former))) {
      contact.fail(
          Problems.of(Code.UNAVAILABLE, session.broker(), "the connection has ended", null));
    }
    return contact.result;
  }

  // On the event loop.

  private void begin(Topics.@Nullable Inbox former) {
    Settings settings = session.settings();
    after(
        settings.answerTimeout(),
        () -> fail(unavailable("the agent has not answered; is it connected to this broker?")));
    if (former == null) {
      askAll();
    } else {
      ask(former.topic(), this::askAll);
      after(FORMER_TIMEOUT, this::askAll);
    }
  }

  /** Asks whichever process of the agent takes links. */
  private void askAll() {
    if (askedAll || result.isDone()) {
      return;
    }
    askedAll = true;
    ask(
        session.settings().topics().hello(agent),
        () -> fail(unavailable("the agent is not connected to this broker")));
  }

  private void ask(String topic, Runnable onUnheard) {
    // A broker that does not even acknowledge is gone, and the connection to it is dead.
    Future<?> silence =
        after(
            session.settings().keepAliveTimeout(),
            () -> session.wire().giveUp(unavailable("the broker does not answer")));
    session
        .wire()
        .publish(
            session.greeting(topic, Greeting.HELLO, link),
            (failure, unheard) -> {
              silence.cancel(false);
              if (failure != null) {
                fail(session.publishProblem(failure));
              } else if (unheard) {
                onUnheard.run();
              }
            });
  }

  void succeed() {
    if (!result.complete(link)) {
      link.close();
    }
  }

  // On any thread.

  void fail(AgentException why) {
    result.completeExceptionally(why);
  }

  private void end(boolean failed) {
    session.links().expectNoAnswer(link.id());
    session.execute(() -> limits.forEach(limit -> limit.cancel(false)));
    if (failed) {
      link.close();
    }
  }

  private AgentException unavailable(String why) {
    return Problems.of(Code.UNAVAILABLE, session.broker(), agent.abbreviated() + ": " + why, null);
  }

  private Future<?> after(Duration time, Runnable action) {
    Future<?> limit;
    try {
      limit = timers.schedule(() -> session.execute(action), time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closing) {
      limit = CompletableFuture.completedFuture(null);
    }
    limits.add(limit);
    return limit;
  }
}
