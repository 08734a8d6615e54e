package io.agentchannel.core.link;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.DirectSection;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.exchange.ViolationException;
import io.agentchannel.core.security.Handshake;
import io.agentchannel.core.security.HandshakeException;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.security.Seal;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Status;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Drives one link: the handshake, then packets in both directions between the link and a session,
 * until it ends. Thread-safe.
 */
public final class LinkDriver implements Link.Receiver, Silence.Actions {
  private final Link link;
  private final Handshake handshake;
  private final LinkHost host;
  private final ScheduledExecutorService timers;
  private final Silence silence;
  private final ScheduledFuture<?> handshakeTimer;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  /** Set when the handshake is complete. */
  private volatile @Nullable LiveLink live;

  /** The peer broke the protocol, or the link has ended: what still comes is not looked at. */
  private volatile boolean condemned;

  private LinkDriver(
      Link link,
      Handshake handshake,
      LinkHost host,
      LinkSettings settings,
      ScheduledExecutorService timers) {
    this.link = link;
    this.handshake = handshake;
    this.host = host;
    this.timers = timers;
    this.silence = new Silence(settings, timers, this);
    this.handshakeTimer =
        timers.schedule(
            this::handshakeTimedOut, settings.handshakeTimeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Takes a link over, which is not started yet. */
  public static LinkDriver drive(
      Link link,
      Handshake handshake,
      LinkHost host,
      LinkSettings settings,
      ScheduledExecutorService timers) {
    LinkDriver driver = new LinkDriver(link, handshake, host, settings, timers);
    link.start(driver);
    ByteBuffer first = handshake.first();
    if (first != null && !link.send(first)) {
      link.close();
    }
    return driver;
  }

  public LinkInfo info() {
    return link.info();
  }

  public boolean isLive() {
    return live != null && !ended.get();
  }

  public boolean hasEnded() {
    return ended.get();
  }

  /** Smoothed round trip in nanoseconds; 0 before the first measurement. */
  public long roundTripNanos() {
    return silence.roundTripNanos();
  }

  /**
   * What has gathered goes out, then the link closes.
   *
   * @return completes when that is done
   */
  public CompletableFuture<Void> close() {
    LiveLink running = live;
    if (running == null) {
      end(null);
    } else {
      flushAndEnd(running, null);
    }
    return end;
  }

  // From the link.

  @Override
  public void onPacket(ByteBuffer packet) {
    if (condemned) {
      return;
    }
    DirectSection.enter();
    try {
      LiveLink running = live;
      if (running == null) {
        shakeHands(packet);
      } else {
        running.onPacket(packet);
      }
    } finally {
      DirectSection.exit();
    }
  }

  @Override
  public void onReadComplete() {
    LiveLink running = live;
    if (running != null) {
      DirectSection.enter();
      try {
        running.outbox().endRead();
      } finally {
        DirectSection.exit();
      }
    }
  }

  @Override
  public void onReady() {
    LiveLink running = live;
    if (running != null) {
      running.onOutput();
    }
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    end(
        cause == null
            ? null
            : cause instanceof AgentException known
                ? known
                : new AgentException(
                    Code.UNAVAILABLE, Outcome.UNKNOWN, "the link broke: " + cause, cause));
  }

  // The handshake.

  private void shakeHands(ByteBuffer packet) {
    try {
      Handshake.Step step = handshake.onPacket(packet);
      ByteBuffer reply = step.reply();
      if (reply != null && !link.send(reply)) {
        link.close();
        return;
      }
      Hello peer = step.peer();
      Seal seal = step.seal();
      if (peer != null && seal != null) {
        establish(peer, seal);
      }
    } catch (HandshakeException e) {
      if (!e.isFromPeer()) {
        link.send(handshake.refusal(e));
      }
      end(e.toAgentException(link.info().remote()));
    }
  }

  private void establish(Hello peer, Seal seal) {
    handshakeTimer.cancel(false);
    Session session = host.onEstablished(this, peer);
    Outbox outbox = new Outbox(link, seal, silence::onOutput, this::brokenOutbox);
    LiveLink running = new LiveLink(session, link, seal, outbox, silence, this::onViolation);
    live = running;
    if (ended.get()) {
      running.detach();
      return;
    }
    silence.start();
    host.onLive(this);
    silence.probe();
  }

  private void handshakeTimedOut() {
    if (live == null) {
      end(
          new AgentException(
              Code.UNAVAILABLE,
              Outcome.NOT_SENT,
              link.info().remote() + ": the handshake took too long"));
    }
  }

  // Silence.

  @Override
  public void ping(long token) {
    LiveLink running = live;
    if (running != null) {
      try {
        running.say(Envelope.ping(token));
      } catch (ViolationException e) {
        end(e.status().toException());
      }
    }
  }

  @Override
  public void suspect() {
    LiveLink running = live;
    if (running != null) {
      running.suspect();
    }
  }

  @Override
  public void giveUp(long silentNanos) {
    end(
        new AgentException(
            Code.UNAVAILABLE,
            Outcome.UNKNOWN,
            "nothing heard for " + TimeUnit.NANOSECONDS.toMillis(silentNanos) + " ms"));
  }

  // The end.

  private void brokenOutbox() {
    end(new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, "the link refused a packet"));
  }

  /** Tells the peer what it did wrong, and closes; nothing more is taken from it. */
  private void onViolation(Status status) {
    condemned = true;
    AgentException failure = status.toException();
    LiveLink running = live;
    if (running == null) {
      end(failure);
      return;
    }
    try {
      running.say(Envelope.goAway(status));
      flushAndEnd(running, failure);
    } catch (ViolationException e) {
      end(failure);
    }
  }

  /** A peer that does not read has a second to hear the last words. */
  private void flushAndEnd(LiveLink running, @Nullable AgentException failure) {
    try {
      timers.schedule(() -> end(failure), 1, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      end(failure);
      return;
    }
    running.outbox().flushAndRun(() -> end(failure));
  }

  private void end(@Nullable AgentException failure) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    condemned = true;
    handshakeTimer.cancel(false);
    silence.stop();
    link.close();
    LiveLink running = live;
    if (running != null) {
      running.detach();
    }
    host.onEnded(this, failure);
    end.complete(null);
  }
}
