package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a connection is of no use though it is there: the broker does not acknowledge what
 * it gets, or does not deliver any more. Nobody else would notice the latter: an agent that waits
 * for calls hears nothing either way. When nothing has come for the keep-alive interval, it sends a
 * message to its own inbox. On the event loop.
 */
final class Pulse {
  private static final long SHORTEST_BEAT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Session session;
  private final Outstanding outstanding;
  private final Mail mail;
  private final Mqtt5Publish probe;
  private final int quietTicks;
  private @Nullable Future<?> timer;
  private long sentBefore;
  private long receivedBefore;
  private int quiet;
  private boolean probing;

  private Pulse(Session session, Outstanding outstanding, Mail mail, Mqtt5Publish probe) {
    this.session = session;
    this.outstanding = outstanding;
    this.mail = mail;
    this.probe = probe;
    Settings settings = session.settings();
    Duration interval = settings.keepAlive().minus(settings.keepAliveTimeout());
    this.quietTicks = (int) Math.max(1, interval.toNanos() / beat(settings));
  }

  /**
   * Feels it once in each keep-alive timeout.
   *
   * @param probe to one's own inbox
   */
  static Pulse start(
      Session session,
      Outstanding outstanding,
      Mail mail,
      Mqtt5Publish probe,
      ScheduledExecutorService timers) {
    Pulse pulse = new Pulse(session, outstanding, mail, probe);
    long nanos = beat(session.settings());
    try {
      pulse.timer =
          timers.scheduleAtFixedRate(
              () -> session.execute(pulse::feel), nanos, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closing) {
      pulse.timer = null;
    }
    return pulse;
  }

  private static long beat(Settings settings) {
    return Math.max(SHORTEST_BEAT_NANOS, settings.keepAliveTimeout().toNanos());
  }

  void stop() {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
  }

  private void feel() {
    if (session.isLost()) {
      stop();
      return;
    }
    if (outstanding.acknowledged() < sentBefore) {
      giveUp("the broker does not acknowledge messages");
      return;
    }
    sentBefore = outstanding.sent();
    long received = mail.received();
    if (received != receivedBefore) {
      receivedBefore = received;
      quiet = 0;
      probing = false;
    } else if (probing) {
      giveUp("the broker does not deliver messages");
    } else if (++quiet >= quietTicks) {
      probing = true;
      session.publish(probe, 0, (failure, unheard) -> {});
    }
  }

  private void giveUp(String why) {
    AgentException problem = Problems.of(Code.UNAVAILABLE, session.broker(), why, null);
    session.wire().giveUp(problem);
  }
}
