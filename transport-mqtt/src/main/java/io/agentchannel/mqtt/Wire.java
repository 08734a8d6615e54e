package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult.Mqtt5Qos1Result;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MQTT connection: the client library, as the rest of this package wants it. It is never made
 * again; another wire follows it, so that nothing which belonged to a lost connection is sent a
 * second time.
 *
 * <p>Everything that comes in is told on the connection's event loop. Methods are safe from any
 * thread; messages of one thread keep their order.
 */
final class Wire {
  private static final Logger log = LoggerFactory.getLogger(Wire.class);

  /** What happens on a connection; on its event loop. */
  interface Events {

    void onMessage(Mqtt5Publish message);

    /** The connection has ended, well or not; told once, and only if it was there. */
    void onLost(Throwable why);
  }

  /** What became of a message; on the event loop. */
  interface Sent {

    /**
     * @param failure null if the broker has it (at QoS 0: if the socket has it)
     * @param unheard the broker knows nobody who wants it
     */
    void onSent(@Nullable Throwable failure, boolean unheard);
  }

  private final Mqtt5AsyncClient client;
  private final EventLoop loop;
  private final Events events;
  private final CompletableFuture<Object> end = new CompletableFuture<>();
  private volatile @Nullable Mqtt5ConnAck accepted;
  private boolean lost;

  private Wire(Mqtt5ClientBuilder builder, EventLoop loop, Events events) {
    this.loop = loop;
    this.events = events;
    this.client = builder.addDisconnectedListener(this::onDisconnected).buildAsync();
  }

  /**
   * @param builder with an event loop group of which {@code loop} is the only one, and a scheduler
   *     that runs everything in place
   */
  static CompletableFuture<Wire> connect(
      Mqtt5ClientBuilder builder, Mqtt5Connect connect, EventLoop loop, Events events) {
    Wire wire = new Wire(builder, loop, events);
    wire.client.publishes(MqttGlobalPublishFilter.ALL, wire::onMessage);
    return wire.client
        .connect(connect)
        .thenApply(
            ack -> {
              wire.accepted = ack;
              return wire;
            });
  }

  Executor executor() {
    return loop;
  }

  boolean inEventLoop() {
    return loop.inEventLoop();
  }

  /** Runs it on the event loop and never in place; false if that has ended. */
  boolean execute(Runnable task) {
    try {
      loop.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException failure) {
              log.warn("a task of an MQTT connection failed", failure);
            }
          });
      return true;
    } catch (RejectedExecutionException shutDown) {
      return false;
    }
  }

  /** What the broker allows. */
  Mqtt5ConnAckRestrictions restrictions() {
    Mqtt5ConnAck ack = accepted;
    if (ack == null) {
      throw new IllegalStateException("not connected yet");
    }
    return ack.getRestrictions();
  }

  void publish(Mqtt5Publish message, Sent sent) {
    CompletableFuture<Mqtt5PublishResult> result = client.publish(message);
    result.whenComplete(
        (done, failure) -> {
          if (loop.inEventLoop()) {
            sent.onSent(failure, done != null && isUnheard(done));
          } else {
            execute(() -> sent.onSent(failure, false));
          }
        });
  }

  private static boolean isUnheard(Mqtt5PublishResult result) {
    return result instanceof Mqtt5Qos1Result acknowledged
        && acknowledged.getPubAck().getReasonCode()
            == Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS;
  }

  /** Fails if the broker refuses one of them, or the connection ends. */
  CompletableFuture<?> subscribe(List<Mqtt5Subscription> subscriptions) {
    // The library forgets what it was asked for right before the end.
    return CompletableFuture.anyOf(
        end, client.subscribe(Mqtt5Subscribe.builder().addSubscriptions(subscriptions).build()));
  }

  /** Best effort: a filter that is not wanted any more costs little. */
  void unsubscribe(String filter) {
    client
        .unsubscribeWith()
        .topicFilter(filter)
        .send()
        .exceptionally(
            failure -> {
              log.debug("unsubscribing from {}: {}", filter, failure.toString());
              return null;
            });
  }

  static Mqtt5Subscription subscription(String filter, MqttQos qos) {
    return Mqtt5Subscription.builder().topicFilter(filter).qos(qos).build();
  }

  /** Ends the connection after what was published; completes when it is gone. */
  CompletableFuture<Void> disconnect() {
    return client.disconnect().exceptionally(alreadyGone -> null);
  }

  /**
   * Ends the connection without waiting for anything: the broker does not answer. On the event
   * loop.
   */
  void giveUp(Throwable why) {
    lose(why);
    client
        .disconnectWith()
        .reasonCode(Mqtt5DisconnectReasonCode.DISCONNECT_WITH_WILL_MESSAGE)
        .send()
        .exceptionally(alreadyGone -> null);
  }

  private void onMessage(Mqtt5Publish message) {
    try {
      events.onMessage(message);
    } catch (RuntimeException failure) {
      // One message must not end the flow of all others.
      log.warn("a message from the broker is dropped after an unexpected failure", failure);
    }
  }

  private void onDisconnected(MqttClientDisconnectedContext context) {
    if (accepted != null) {
      lose(context.getCause());
    }
  }

  private void lose(Throwable why) {
    if (!lost) {
      lost = true;
      events.onLost(why);
      end.completeExceptionally(why);
    }
  }
}
