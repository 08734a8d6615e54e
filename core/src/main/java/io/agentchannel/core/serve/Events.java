package io.agentchannel.core.serve;

import io.agentchannel.Payload;
import io.agentchannel.Topic;
import io.agentchannel.core.codec.Codecs;
import io.agentchannel.core.config.Settings.Overflow;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * What this agent publishes, and who listens. Publishing never waits: each subscriber has a buffer
 * of its own, and one that is slower than the publisher loses its oldest events, or its
 * subscription.
 *
 * <p>No thread is bound to a subscriber: events go out on the thread of the publisher or of whoever
 * asks for more. Thread-safe; events of one thread keep their order.
 */
public final class Events {
  /**
   * The content type of an item that is no event but a {@link Dropped} in JSON: {@code
   * {"count":n}}.
   */
  public static final String DROPPED = "application/vnd.agentchannel.dropped+json";

  /** So many events were lost before the next one, because the subscriber was slower. */
  public record Dropped(long count) {}

  private final Codecs codecs;
  private final int buffer;
  private final Overflow overflow;
  private final ConcurrentHashMap<String, Set<EventBuffer>> subscribers = new ConcurrentHashMap<>();
  private volatile @Nullable Outlet outlet;
  private volatile boolean closed;

  /**
   * @param buffer how many events a subscriber may be behind, at least 1
   */
  public Events(Codecs codecs, int buffer, Overflow overflow) {
    if (buffer < 1) {
      throw new IllegalArgumentException("an event buffer holds at least one event");
    }
    this.codecs = codecs;
    this.buffer = buffer;
    this.overflow = overflow;
  }

  /**
   * Where the events of some topics go as well, besides the subscribers that are known here.
   * Thread-safe; does not block.
   */
  public interface Outlet {
    boolean takes(String topic);

    void publish(String topic, Payload event);
  }

  /** From here on the events go there, too. */
  public void alsoTo(Outlet more) {
    outlet = more;
  }

  /** Publishes an event, encoding it once, and only if someone may listen. */
  public <T> void publish(Topic<T> topic, T event) {
    Outlet more = outlet;
    boolean goesOut = more != null && more.takes(topic.name()) && !closed;
    if (!goesOut && !hasSubscribers(topic.name())) {
      return;
    }
    Payload encoded = codecs.encode(event, topic.eventType());
    if (more != null && goesOut) {
      more.publish(topic.name(), encoded);
    }
    publish(topic.name(), encoded);
  }

  /** Publishes an event that is encoded already. */
  public void publish(String topic, Payload event) {
    Set<EventBuffer> listeners = subscribers.get(topic);
    if (listeners != null) {
      listeners.forEach(listener -> listener.offer(event));
    }
  }

  public boolean hasSubscribers(String topic) {
    return subscribers.containsKey(topic);
  }

  /** Ends all subscriptions in order; later ones end at once. */
  public void close() {
    closed = true;
    subscribers.values().forEach(listeners -> listeners.forEach(EventBuffer::complete));
  }

  /** The events of a topic from the moment of subscribing, for one subscriber. */
  Flow.Publisher<Payload> subscribe(String topic) {
    return subscriber -> {
      EventBuffer listener =
          new EventBuffer(subscriber, buffer, overflow, ended -> remove(topic, ended));
      subscribers.compute(
          topic,
          (name, listeners) -> {
            Set<EventBuffer> all = listeners == null ? ConcurrentHashMap.newKeySet() : listeners;
            all.add(listener);
            return all;
          });
      subscriber.onSubscribe(listener);
      if (closed) {
        listener.complete();
      }
    };
  }

  private void remove(String topic, EventBuffer listener) {
    subscribers.computeIfPresent(
        topic,
        (name, listeners) -> {
          listeners.remove(listener);
          return listeners.isEmpty() ? null : listeners;
        });
  }
}
