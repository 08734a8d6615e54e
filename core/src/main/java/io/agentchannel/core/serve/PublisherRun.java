package io.agentchannel.core.serve;

import io.agentchannel.Handler;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One request, and the items of a publisher, asked for one by one while the caller has room. A
 * pooled handler's publisher is asked on the executor, since it may make its items right there.
 *
 * <p>A publisher that breaks the rules of {@link Flow} (a null, an item that nobody asked for) is
 * cancelled and fails the call; what it signals after its end is ignored.
 */
final class PublisherRun extends HandlerRun implements Flow.Subscriber<Object> {
  private final Handler.Publisher<Object, Object> handler;
  private final AtomicInteger pumping = new AtomicInteger();
  private final AtomicBoolean resuming = new AtomicBoolean();
  private final AtomicBoolean asked = new AtomicBoolean();
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile Flow.@Nullable Subscription subscription;

  /** Set before {@link #over} is looked at there, as over is before this elsewhere. */
  private volatile boolean returned;

  PublisherRun(Setting setting, Handler.Publisher<Object, Object> handler) {
    super(setting);
    this.handler = handler;
  }

  @Override
  void serve() throws Exception {
    Flow.Publisher<Object> publisher =
        Objects.requireNonNull(
            handler.handle(takeRequest(), state()), "the handler returned no publisher");
    state().onCancel(this::stop);
    publisher.subscribe(this);
    state().replies().accepted();
  }

  @Override
  boolean goesOn() {
    returned = true;
    return !over.get();
  }

  @Override
  void onDone() {
    if (over.compareAndSet(false, true)) {
      cancelSubscription();
    }
  }

  @Override
  void onReady() {
    if (subscription == null || over.get() || asked.get()) {
      return;
    }
    if (isDirect()) {
      pump();
    } else if (resuming.compareAndSet(false, true)) {
      try {
        executor()
            .execute(
                () -> {
                  resuming.set(false);
                  pump();
                });
      } catch (RejectedExecutionException e) {
        breakOff(e);
      }
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    if (subscription != null || over.get()) {
      given.cancel();
      return;
    }
    subscription = given;
    state().replies().accepted();
    if (over.get()) {
      given.cancel();
    } else {
      pump();
    }
  }

  @Override
  public void onNext(Object item) {
    if (over.get()) {
      return;
    }
    if (item == null) {
      breakOff(new NullPointerException("the publisher gave a null item"));
      return;
    }
    if (!asked.compareAndSet(true, false)) {
      breakOff(new IllegalStateException("the publisher gave an item that nobody asked for"));
      return;
    }
    try {
      state().replies().item(encode(item), false);
    } catch (Throwable t) {
      breakOff(t);
      return;
    }
    pump();
  }

  @Override
  public void onError(Throwable failure) {
    if (over.compareAndSet(false, true)) {
      fail(failure == null ? new NullPointerException("the publisher failed with null") : failure);
      doneIfReturned();
    }
  }

  @Override
  public void onComplete() {
    if (over.compareAndSet(false, true)) {
      state().replies().end(null);
      doneIfReturned();
    }
  }

  /** Asks for the next item if there is room; a publisher that answers at once finds a loop. */
  private void pump() {
    if (pumping.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      Flow.Subscription from = subscription;
      while (from != null
          && !over.get()
          && state().replies().isReady()
          && asked.compareAndSet(false, true)) {
        try {
          from.request(1);
        } catch (Throwable t) {
          breakOff(t);
        }
      }
      seen = pumping.addAndGet(-seen);
    } while (seen != 0);
  }

  /** The caller has given up: Flow asks for no more than a cancel, and so does the handler. */
  private void stop() {
    if (over.compareAndSet(false, true)) {
      cancelSubscription();
      doneIfReturned();
    }
  }

  private void breakOff(Throwable why) {
    if (over.compareAndSet(false, true)) {
      cancelSubscription();
      fail(why);
      doneIfReturned();
    }
  }

  /** As long as the handler's own thread is in {@link #serve}, the place is that thread's. */
  private void doneIfReturned() {
    if (returned) {
      done();
    }
  }

  private void cancelSubscription() {
    Flow.Subscription from = subscription;
    if (from == null) {
      return;
    }
    try {
      from.cancel();
    } catch (Throwable t) {
      Failures.logFault("cancelling a publisher", t);
    }
  }
}
