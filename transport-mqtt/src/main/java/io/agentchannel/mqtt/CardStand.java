package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import io.agentchannel.spi.TransportContext;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an agent's card where plain clients find it: retained, renewed before it expires, and put
 * back when another process of the agent has left and taken it away. When this one leaves, the card
 * says so; its Last Will does the same. Thread-safe.
 */
final class CardStand {
  private static final Logger log = LoggerFactory.getLogger(CardStand.class);

  /** Until then the agent knows where else it is reached. */
  private static final Duration SETTLED = Duration.ofSeconds(1);

  private static final Duration RENEWAL = Duration.ofMinutes(10);
  private static final long LEAST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final TransportContext context;
  private final Session session;
  private final String topic;
  private @Nullable Future<?> renewal;
  private long putBackAt = System.nanoTime() - LEAST_PAUSE_NANOS;
  private volatile boolean stopped;

  CardStand(TransportContext context, Session session, String topic) {
    this.context = context;
    this.session = session;
    this.topic = topic;
  }

  Mqtt5Subscription subscription() {
    return Mqtt5Subscription.builder()
        .topicFilter(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .noLocal(true)
        .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
        .build();
  }

  void start() {
    show();
    try {
      renewal =
          context
              .timers()
              .scheduleAtFixedRate(
                  this::show, SETTLED.toMillis(), RENEWAL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      log.debug("no card any more: the agent is closing");
    }
  }

  private void show() {
    try {
      context.workers().execute(this::publish);
    } catch (RejectedExecutionException closing) {
      log.debug("no card any more: the agent is closing");
    }
  }

  private void publish() {
    byte[] card = context.card();
    if (card == null) {
      return;
    }
    Mqtt5Publish message =
        Mqtt5Publish.builder()
            .topic(topic)
            .qos(MqttQos.AT_LEAST_ONCE)
            .retain(true)
            .contentType("application/json")
            .payload(card)
            .userProperties()
            .add(Wills.STATUS, Wills.ONLINE)
            .add(Wills.PLACE, session.place())
            .applyUserProperties()
            .build();
    session.execute(
        () -> {
          if (!stopped) {
            session.say(message);
          }
        });
  }

  /** Somebody has put something there; on the event loop. */
  void onMessage(Mqtt5Publish message) {
    long now = System.nanoTime();
    if (Wills.isWill(message) && now - putBackAt >= LEAST_PAUSE_NANOS) {
      putBackAt = now;
      show();
    }
  }

  /** The agent says itself that it leaves. */
  void stop() {
    end();
    Mqtt5Publish gone =
        Wills.testament(
            topic, session.place(), context.identity().id().toString(), /* retained= */ true);
    session.execute(() -> session.say(gone));
  }

  /** The connection has ended; the Last Will says the rest. */
  void end() {
    stopped = true;
    Future<?> timer = renewal;
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
