package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The blocking consumer of a stream. */
final class ItemIterator<T> implements Iterator<T> {
  private final StreamCall<T> stream;
  private final Inbox inbox;
  private @Nullable T next;

  ItemIterator(StreamCall<T> stream, Inbox inbox) {
    this.stream = stream;
    this.inbox = inbox;
  }

  @Override
  public boolean hasNext() {
    if (next != null) {
      return true;
    }
    Payload item = take();
    if (item == null) {
      AgentException failure = inbox.failure();
      if (failure != null) {
        throw Failures.here(failure);
      }
      return false;
    }
    inbox.tell(item);
    next = stream.decode(item);
    return true;
  }

  private @Nullable Payload take() {
    try {
      return inbox.take("waiting for the next item");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      String operation = stream.call().operation();
      AgentException end = stream.stop(Failures.interrupted(operation));
      throw Failures.interrupted(operation, end);
    }
  }

  @Override
  public T next() {
    T item = hasNext() ? next : null;
    if (item == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return item;
  }
}
