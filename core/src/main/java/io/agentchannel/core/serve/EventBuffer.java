package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.core.config.Settings.Overflow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events that one subscriber has not taken yet, bounded in number and in bytes. What is lost is
 * lost here, before the exchange gives it a seq, and is counted. Thread-safe.
 */
public final class EventBuffer implements Flow.Subscription {
  /** The newest event is kept however large it is. */
  private static final long MAX_BYTES = 16L << 20;

  private final Flow.Subscriber<? super Payload> subscriber;
  private final int capacity;
  private final Overflow overflow;
  private final Consumer<EventBuffer> onEnd;

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Payload> events = new ArrayDeque<>();
  private long bytes;
  private long dropped;
  private long demand;
  private boolean complete;
  private boolean cancelled;
  private @Nullable AgentException failure;

  private final AtomicInteger draining = new AtomicInteger();

  /**
   * @param capacity events
   * @param onEnd is told once when nothing more is wanted or to come
   */
  public EventBuffer(
      Flow.Subscriber<? super Payload> subscriber,
      int capacity,
      Overflow overflow,
      Consumer<EventBuffer> onEnd) {
    this.subscriber = subscriber;
    this.capacity = capacity;
    this.overflow = overflow;
    this.onEnd = onEnd;
  }

  /** The next event; given at once if it was asked for. */
  public void offer(Payload event) {
    lock.lock();
    try {
      if (complete || cancelled) {
        return;
      }
      events.add(event);
      bytes += event.size();
      while (events.size() > capacity || bytes > MAX_BYTES && events.size() > 1) {
        if (overflow == Overflow.CLOSE) {
          failure =
              new AgentException(
                  Code.RESOURCE_EXHAUSTED,
                  Outcome.PROCESSED,
                  "this subscriber is more than " + capacity + " events behind");
          complete = true;
          clear();
          break;
        }
        bytes -= events.remove().size();
        dropped++;
      }
    } finally {
      lock.unlock();
    }
    drain();
  }

  /** The publisher ends: what is buffered still goes out, as far as it was asked for. */
  public void complete() {
    lock.lock();
    try {
      complete = true;
    } finally {
      lock.unlock();
    }
    drain();
  }

  /** Ends with a failure, unless it has ended: what is buffered does not go out any more. */
  public void fail(AgentException reason) {
    lock.lock();
    try {
      if (failure == null) {
        failure = reason;
      }
      complete = true;
      clear();
    } finally {
      lock.unlock();
    }
    drain();
  }

  @Override
  public void request(long count) {
    lock.lock();
    try {
      demand = count <= 0 || demand + count < 0 ? Long.MAX_VALUE : demand + count;
    } finally {
      lock.unlock();
    }
    drain();
  }

  @Override
  public void cancel() {
    lock.lock();
    try {
      cancelled = true;
      clear();
    } finally {
      lock.unlock();
    }
    onEnd.accept(this);
  }

  private void clear() {
    events.clear();
    bytes = 0;
    dropped = 0;
  }

  /** Gives what can be given, one thread at a time and without a lock. */
  private void drain() {
    if (draining.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      Payload next;
      while ((next = next()) != null) {
        subscriber.onNext(next);
      }
      if (isOver()) {
        onEnd.accept(this);
        end();
      }
      seen = draining.addAndGet(-seen);
    } while (seen != 0);
  }

  private @Nullable Payload next() {
    lock.lock();
    try {
      if (cancelled || demand == 0 || events.isEmpty()) {
        return null;
      }
      demand--;
      if (dropped > 0) {
        String notice = "{\"count\":" + dropped + "}";
        dropped = 0;
        return Payload.of(Events.DROPPED, notice.getBytes(StandardCharsets.UTF_8));
      }
      Payload event = events.remove();
      bytes -= event.size();
      return event;
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() {
    lock.lock();
    try {
      if (cancelled || !complete || (failure == null && !events.isEmpty())) {
        return false;
      }
      cancelled = true;
      clear();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    if (failure == null) {
      subscriber.onComplete();
    } else {
      subscriber.onError(failure);
    }
  }
}
