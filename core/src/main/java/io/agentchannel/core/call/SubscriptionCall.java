package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.EventHandler;
import io.agentchannel.EventSubscription;
import io.agentchannel.Payload;
import io.agentchannel.core.serve.Events;
import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription: a streaming call whose items are events, and now and then a notice that some were
 * lost. Everything that the user is told comes from one drain, so it is serial and in order. An
 * event counts as taken when it has been handled.
 */
final class SubscriptionCall<T> extends OutgoingCall {
  private static final Logger log = LoggerFactory.getLogger(SubscriptionCall.class);

  private final Values values;
  private final Type eventType;
  private final EventHandler<T> handler;
  private final Inbox inbox = new Inbox(this::took, this::tellSoon);
  private final Drain drain;
  private final CompletableFuture<Void> acceptance = new CompletableFuture<>();
  private final Subscription subscription = new Subscription();
  private volatile boolean accepted;
  private volatile boolean closedHere;

  /** Of the drain alone. */
  private boolean closedTold;

  SubscriptionCall(
      LiveCalls live,
      Call call,
      Delivery delivery,
      Values values,
      Type eventType,
      EventHandler<T> handler) {
    super(live, call);
    this.values = values;
    this.eventType = eventType;
    this.handler = handler;
    this.drain = new Drain(delivery, this::tell);
  }

  EventSubscription subscription() {
    return subscription;
  }

  private final class Subscription implements EventSubscription {
    @Override
    public CompletionStage<Void> accepted() {
      return acceptance.minimalCompletionStage();
    }

    @Override
    public void close() {
      giveUp(Failures.cancelled("the subscription was closed"));
    }
  }

  @Override
  void giveUp(AgentException reason) {
    closedHere = true;
    stop(reason);
  }

  private void stop(AgentException reason) {
    cancel(reason);
    finish();
    inbox.discard(reason);
  }

  // What the publisher says.

  @Override
  public void accepted() {
    accepted = true;
    drain.signal();
  }

  @Override
  public void item(Payload item, boolean last) {
    if (isOver()) {
      took(1);
      return;
    }
    accepted = true;
    inbox.add(item);
    if (last) {
      end(null);
    }
  }

  @Override
  public void end(@Nullable AgentException failure) {
    if (finish()) {
      inbox.end(failure);
    }
  }

  // What the user is told.

  private void tellSoon() {
    drain.signal();
  }

  private void tell() {
    if (accepted) {
      acceptance.complete(null);
    }
    Payload item = inbox.poll();
    while (item != null) {
      tellItem(item);
      inbox.tell(item);
      item = inbox.poll();
    }
    if (inbox.isDrained() && !closedTold) {
      closedTold = true;
      tellClosed(inbox.failure());
    }
  }

  private void tellItem(Payload item) {
    try {
      if (item.contentType().equals(Events.DROPPED)) {
        Payload json = Payload.of(Payload.JSON, item.body());
        Events.Dropped dropped = values.decodeItem(json, Events.Dropped.class);
        call("onDropped", () -> handler.onDropped(dropped.count()));
      } else {
        T event = values.decodeItem(item, eventType);
        call("onEvent", () -> handler.onEvent(event));
      }
    } catch (AgentException e) {
      stop(e);
    }
  }

  private void tellClosed(@Nullable AgentException failure) {
    if (failure == null) {
      acceptance.complete(null);
    } else {
      acceptance.completeExceptionally(failure);
    }
    call("onClosed", () -> handler.onClosed(closedHere ? null : failure));
  }

  private interface HandlerCall {
    void run() throws Exception;
  }

  private void call(String method, HandlerCall task) {
    try {
      task.run();
    } catch (Exception | Error e) {
      log.warn("{} of a handler of events threw", method, e);
    }
  }
}
