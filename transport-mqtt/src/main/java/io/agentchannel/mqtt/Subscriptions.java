package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Payload;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Who in this process gets public events through one broker, over all connections to it. The
 * subscribers of a topic share one subscription at the broker, which is made again on each
 * connection and ends with the last of them.
 *
 * <p>On the event loop of the broker, unless a method says otherwise.
 */
final class Subscriptions {
  /** Far above what one process can use, and well below what could harm it. */
  private static final int MAX_SUBSCRIBERS = 16 * 1024;

  private final Broker broker;
  private final MqttQos qos;
  private final Map<String, Feed> feeds = new HashMap<>();
  private int subscribers;
  private volatile boolean empty = true;
  private boolean closed;

  Subscriptions(Broker broker, MqttQos qos) {
    this.broker = broker;
    this.qos = qos;
  }

  /** What comes from one topic. */
  private final class Feed {
    private final String topic;
    private final Set<Subscriber> subscribers = new LinkedHashSet<>();
    private @Nullable Session session;
    private CompletableFuture<?> made = new CompletableFuture<>();

    Feed(String topic) {
      this.topic = topic;
    }

    /** Completes when events come over this connection. Twice does nothing more. */
    CompletableFuture<?> on(Session open) {
      if (session != open) {
        session = open;
        made = open.wire().subscribe(List.of(subscription()));
      }
      return made;
    }

    /** What somebody has retained there was published before anybody subscribed. */
    private Mqtt5Subscription subscription() {
      return Mqtt5Subscription.builder()
          .topicFilter(topic)
          .qos(qos)
          .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
          .build();
    }

    void end() {
      if (session != null && !session.isLost()) {
        session.wire().unsubscribe(topic);
      }
    }
  }

  /** From any thread. */
  boolean isEmpty() {
    return empty;
  }

  /** From any thread: it is accepted, or ends, later. */
  void add(Subscriber subscriber) {
    if (!broker.execute(() -> begin(subscriber))) {
      subscriber.end(closing());
    }
  }

  private void begin(Subscriber subscriber) {
    if (closed) {
      subscriber.end(closing());
      return;
    }
    if (subscribers == MAX_SUBSCRIBERS) {
      subscriber.end(
          problem(
              Code.RESOURCE_EXHAUSTED, "more than " + MAX_SUBSCRIBERS + " subscribers are here"));
      return;
    }
    Feed feed = feeds.computeIfAbsent(subscriber.topic(), Feed::new);
    feed.subscribers.add(subscriber);
    subscribers++;
    empty = false;
    broker
        .session()
        .whenComplete(
            (open, failure) -> broker.execute(() -> connected(feed, subscriber, open, failure)));
  }

  private void connected(
      Feed feed, Subscriber subscriber, @Nullable Session open, @Nullable Throwable failure) {
    if (open == null || failure != null) {
      remove(subscriber, Problems.connecting(broker.endpoint(), Objects.requireNonNull(failure)));
    } else if (open.isLost()) {
      remove(subscriber, problem(Code.UNAVAILABLE, "the connection broke at once"));
    } else if (!subscriber.isOver()) {
      accept(subscriber, feed.on(open));
    } else if (empty) {
      broker.onNoSubscribers();
    }
  }

  private void accept(Subscriber subscriber, CompletableFuture<?> made) {
    made.whenComplete(
        (done, failure) ->
            broker.execute(
                () -> {
                  if (failure == null) {
                    subscriber.accept();
                  } else {
                    remove(subscriber, problem(subscriber.topic(), failure));
                  }
                }));
  }

  /** There is a connection, again. From any thread. */
  void resume(Session open) {
    broker.execute(() -> List.copyOf(feeds.values()).forEach(feed -> resume(feed, open)));
  }

  private void resume(Feed feed, Session open) {
    feed.on(open)
        .whenComplete(
            (done, failure) -> {
              AgentException problem = failure == null ? null : problem(feed.topic, failure);
              // Another connection follows the one that is lost.
              if (problem != null && problem.code() != Code.UNAVAILABLE) {
                broker.execute(
                    () -> List.copyOf(feed.subscribers).forEach(each -> remove(each, problem)));
              }
            });
  }

  /** Whether somebody has subscribed to it. */
  boolean onMessage(String topic, Mqtt5Publish message) {
    Feed feed = feeds.get(topic);
    if (feed == null) {
      return false;
    }
    Payload event = GuestRequest.body(message);
    feed.subscribers.forEach(subscriber -> subscriber.event(event));
    return true;
  }

  /** From any thread. */
  void cancel(Subscriber subscriber, AgentException reason) {
    broker.execute(() -> remove(subscriber, reason));
  }

  private void remove(Subscriber subscriber, AgentException why) {
    Feed feed = feeds.get(subscriber.topic());
    if (feed == null || !feed.subscribers.remove(subscriber)) {
      return;
    }
    subscribers--;
    if (feed.subscribers.isEmpty()) {
      feed.end();
      feeds.remove(feed.topic);
      empty = feeds.isEmpty();
    }
    subscriber.end(why);
    if (empty) {
      broker.onNoSubscribers();
    }
  }

  /** The broker does not let this agent in any more. From any thread. */
  void refuse(AgentException why) {
    broker.execute(() -> removeAll(why));
  }

  /** Ends them all; those that are added later end at once. From any thread. */
  void close() {
    broker.execute(
        () -> {
          closed = true;
          removeAll(closing());
        });
  }

  private void removeAll(AgentException why) {
    for (Feed feed : List.copyOf(feeds.values())) {
      List.copyOf(feed.subscribers).forEach(subscriber -> remove(subscriber, why));
    }
  }

  private AgentException problem(String topic, Throwable failure) {
    return Problems.subscribing(broker.endpoint(), topic, failure);
  }

  private AgentException problem(Code code, String what) {
    return Problems.of(code, broker.endpoint(), what, null);
  }

  private AgentException closing() {
    return problem(Code.UNAVAILABLE, "this agent is closed, or is closing");
  }
}
