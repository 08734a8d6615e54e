package io.agentchannel.mqtt;

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
  private final int quietTicks;
  private @Nullable Future<?> timer;
  private long sentBefore;
  private long receivedBefore;
  private int quiet;
  private boolean probing;

  private Pulse(Session session, Outstanding outstanding, Settings settings) {
    this.session = session;
    this.outstanding = outstanding;
    Duration interval = settings.keepAlive().minus(settings.keepAliveTimeout());
    this.quietTicks = (int) Math.max(1, interval.toNanos() / beat(settings));
  }

  /** Feels it once in each keep-alive timeout. */
  static Pulse start(
      Session session,
      Outstanding outstanding,
      Settings settings,
      ScheduledExecutorService timers) {
    Pulse pulse = new Pulse(session, outstanding, settings);
    long nanos = beat(settings);
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
    long received = session.received();
    if (received != receivedBefore) {
      receivedBefore = received;
      quiet = 0;
      probing = false;
    } else if (probing) {
      giveUp("the broker does not deliver messages");
    } else if (++quiet >= quietTicks) {
      probing = true;
      session.probe();
    }
  }

  private void giveUp(String why) {
    AgentException problem = Problems.of(Code.UNAVAILABLE, session.broker(), why, null);
    session.wire().giveUp(problem);
  }
}
