package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets replies come from any thread and at any moment, and passes them on serially: in order, none
 * after the end, and the first end wins. Holds no lock while it passes them on, so that what is
 * behind it may call back.
 *
 * <p>Should what is behind it throw, the call is ended there with {@link Code#INTERNAL} and {@code
 * broken} is told.
 */
final class SerialReplies implements Replies {
  private final Replies out;
  private final Consumer<AgentException> broken;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Queue<Consumer<Replies>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean accepted = new AtomicBoolean();
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Touched only by the thread that passes on. */
  private boolean over;

  SerialReplies(Replies out, Consumer<AgentException> broken) {
    this.out = out;
    this.broken = broken;
  }

  @Override
  public void accepted() {
    if (accepted.compareAndSet(false, true)) {
      pass(Replies::accepted);
    }
  }

  @Override
  public void item(Payload item, boolean last) {
    if (last ? !ended.compareAndSet(false, true) : ended.get()) {
      return;
    }
    if (waiting.compareAndSet(0, 1)) {
      if (!over) {
        over = last;
        try {
          out.item(item, last);
        } catch (Throwable t) {
          breakOff(t);
        }
      }
      drain();
    } else {
      pass(last ? new End(r -> r.item(item, true)) : r -> r.item(item, false));
    }
  }

  @Override
  public void end(@Nullable AgentException failure) {
    tryEnd(failure);
  }

  /**
   * @return whether this was the end, and not one before it
   */
  boolean tryEnd(@Nullable AgentException failure) {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    pass(new End(r -> r.end(failure)));
    return true;
  }

  boolean isEnded() {
    return ended.get();
  }

  @Override
  public boolean isReady() {
    return out.isReady();
  }

  @Override
  public void onReady() {
    pass(Replies::onReady);
  }

  @Override
  public void taken(int count) {
    out.taken(count);
  }

  private void pass(Consumer<Replies> signal) {
    queue.add(signal);
    if (waiting.getAndIncrement() == 0) {
      drain();
    }
  }

  /** Called by whoever raised {@code waiting} from 0. */
  private void drain() {
    int seen = waiting.get();
    do {
      Consumer<Replies> signal;
      while ((signal = queue.poll()) != null) {
        if (over) {
          continue;
        }
        over = signal instanceof End;
        try {
          signal.accept(out);
        } catch (Throwable t) {
          breakOff(t);
        }
      }
      seen = waiting.addAndGet(-seen);
    } while (seen != 0);
  }

  private void breakOff(Throwable thrown) {
    over = true;
    ended.set(true);
    AgentException failure =
        new AgentException(
            Code.INTERNAL, Outcome.UNKNOWN, "a fault on the way of the replies ended the call");
    Failures.logFault("passing replies on", thrown);
    try {
      out.end(failure);
    } catch (Throwable again) {
      Failures.logFault("ending a call", again);
    }
    broken.accept(failure);
  }

  private record End(Consumer<Replies> signal) implements Consumer<Replies> {
    @Override
    public void accept(Replies replies) {
      signal.accept(replies);
    }
  }
}
