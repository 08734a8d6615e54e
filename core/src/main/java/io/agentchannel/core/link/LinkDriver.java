package io.agentchannel.core.link;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.DirectSection;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.exchange.ViolationException;
import io.agentchannel.core.security.Handshake;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Status;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one link: the handshake, then packets in both directions between the link and a session,
 * until it ends. Thread-safe.
 */
public final class LinkDriver implements Link.Receiver, Silence.Actions, LinkSetup.Outcomes {
  private static final Logger LOG = LoggerFactory.getLogger(LinkDriver.class);

  private final Link link;
  private final LinkHost host;
  private final LinkSetup setup;
  private final ScheduledExecutorService timers;
  private final Silence silence;
  private final ScheduledFuture<?> handshakeTimer;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  /** Set when both sides want the link. */
  private volatile @Nullable LiveLink live;

  /** The peer broke the protocol, or the link has ended: what still comes is not looked at. */
  private volatile boolean condemned;

  private LinkDriver(
      Link link,
      Handshake handshake,
      Hello self,
      Cryptography cryptography,
      LinkHost host,
      LinkSettings settings,
      ScheduledExecutorService timers) {
    this.link = link;
    this.host = host;
    this.timers = timers;
    this.setup = new LinkSetup(link, handshake, self, cryptography, this);
    this.silence = new Silence(settings, timers, this);
    this.handshakeTimer =
        timers.schedule(
            this::handshakeTimedOut, settings.handshakeTimeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Takes a link over, which is not started yet.
   *
   * @param self what the handshake says of this side
   */
  public static LinkDriver drive(
      Link link,
      Handshake handshake,
      Hello self,
      Cryptography cryptography,
      LinkHost host,
      LinkSettings settings,
      ScheduledExecutorService timers) {
    LinkDriver driver = new LinkDriver(link, handshake, self, cryptography, host, settings, timers);
    link.start(driver);
    driver.setup.begin();
    return driver;
  }

  public LinkInfo info() {
    return link.info();
  }

  /** What its transport has to say of it, or null. */
  public @Nullable String note() {
    return link.note();
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
        setup.onPacket(packet);
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
    AgentException failure =
        cause == null
            ? null
            : cause instanceof AgentException known
                ? known
                : new AgentException(
                    Code.UNAVAILABLE, Outcome.UNKNOWN, "the link broke: " + cause, cause);
    // The first packets of a live link are sent before it counts as live, and may break it.
    if (live != null || !setup.onClosed(failure)) {
      end(failure);
    }
  }

  private AgentException notEstablished(String how) {
    String hint = setup.hint();
    return new AgentException(
        Code.UNAVAILABLE,
        Outcome.NOT_SENT,
        link.info().remote()
            + ": "
            + how
            + (hint == null ? "" : "; what came before did not help: " + hint));
  }

  @Override
  public void onDoubt() {
    if (live != null) {
      silence.doubt();
    }
  }

  // Before the link is live.

  @Override
  public CompletionStage<?> admit(Hello peer) {
    return host.admit(this, peer);
  }

  @Override
  public void established(Hello peer, PacketCodec codec, List<ByteBuffer> early) {
    DirectSection.enter();
    try {
      handshakeTimer.cancel(false);
      Session session = host.onEstablished(this, peer);
      Outbox outbox = new Outbox(link, codec, silence::onOutput, this::brokenOutbox);
      LiveLink running = new LiveLink(session, link, codec, outbox, silence, this::onViolation);
      live = running;
      if (ended.get()) {
        running.detach();
        return;
      }
      // To a caller that polls, its own question costs one request, and the other side's two.
      silence.start(setup.isInitiator());
      host.onLive(this);
      silence.probe();
      early.forEach(running::onOpened);
      outbox.endRead();
    } finally {
      DirectSection.exit();
    }
  }

  @Override
  public void failed(@Nullable AgentException failure) {
    // An orderly end is one without a reason, unless something was heard.
    end(failure == null && setup.hint() != null ? notEstablished("the link was closed") : failure);
  }

  private void handshakeTimedOut() {
    if (live == null) {
      end(notEstablished("the handshake took too long"));
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

  /** Tells the peer why it is not wanted any more, and closes; nothing more is taken from it. */
  public void expel(Status why) {
    onViolation(why);
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
      if (running.passedOver() > 0) {
        LOG.debug(
            "{} packets on the link from {} were not the peer's, or repeats",
            running.passedOver(),
            link.info().remote());
      }
    }
    host.onEnded(this, failure);
    end.complete(null);
  }
}
