package io.agentchannel.core.link;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.DirectSection;
import io.agentchannel.core.exchange.Attachment;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.exchange.ViolationException;
import io.agentchannel.core.security.Handshake;
import io.agentchannel.core.security.HandshakeException;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.security.Seal;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeReader;
import io.agentchannel.core.wire.MalformedPacketException;
import io.agentchannel.core.wire.Status;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
  private final List<Envelope> arrived = new ArrayList<>();

  private volatile @Nullable Channel live;

  /** What there is once the handshake is complete. */
  private record Channel(Session session, Attachment attachment, Seal seal, Outbox outbox) {}

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
    Channel channel = live;
    if (channel == null) {
      end(null);
    } else {
      flushAndEnd(channel, null);
    }
    return end;
  }

  // From the link.

  @Override
  public void onPacket(ByteBuffer packet) {
    DirectSection.enter();
    try {
      Channel channel = live;
      if (ended.get()) {
        return;
      }
      if (channel == null) {
        shakeHands(packet);
      } else {
        channel.outbox.beginRead();
        silence.onPacket();
        take(channel, packet);
      }
    } finally {
      DirectSection.exit();
    }
  }

  private void take(Channel channel, ByteBuffer packet) {
    try {
      arrived.clear();
      EnvelopeReader.readPacket(channel.seal.open(packet), this::sort);
      channel.session.receive(channel.attachment, arrived);
    } catch (MalformedPacketException e) {
      breakOff(channel, Code.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    } catch (ViolationException e) {
      breakOff(channel, e.status());
    } catch (HandshakeException e) {
      breakOff(channel, e.code(), String.valueOf(e.getMessage()));
    }
  }

  private void sort(Envelope envelope) {
    switch (envelope.kind()) {
      case PING -> control(Envelope.pong(envelope.token()));
      case PONG -> onPong(envelope.token());
      default -> arrived.add(envelope);
    }
  }

  private void onPong(long token) {
    silence.onPong(token);
    Channel channel = live;
    if (channel != null) {
      channel.session.answered(channel.attachment);
    }
  }

  private void control(Envelope envelope) {
    Channel channel = live;
    if (channel != null) {
      channel.session.control(channel.attachment, envelope);
    }
  }

  @Override
  public void onReadComplete() {
    Channel channel = live;
    if (channel != null) {
      channel.outbox.endRead();
    }
  }

  @Override
  public void onReady() {
    Channel channel = live;
    if (channel != null) {
      channel.outbox.onOutput();
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

  /** This link as its session sees it. */
  private final class Port implements Attachment.Port {
    private final Outbox outbox;

    Port(Outbox outbox) {
      this.outbox = outbox;
    }

    @Override
    public void onOutput() {
      outbox.onOutput();
    }

    @Override
    public void probe() {
      silence.probe();
    }
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
    int room = link.info().maxPacket() - seal.headroom() - seal.tailroom();
    Attachment attachment = session.attach(new Port(outbox), room);
    outbox.connect(session, attachment, room);
    live = new Channel(session, attachment, seal, outbox);
    if (ended.get()) {
      session.detach(attachment);
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
    try {
      control(Envelope.ping(token));
    } catch (ViolationException e) {
      end(e.status().toException());
    }
  }

  @Override
  public void suspect() {
    Channel channel = live;
    if (channel != null) {
      channel.session.suspect(channel.attachment);
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

  private void breakOff(Channel channel, Code code, String message) {
    breakOff(channel, Status.of(code, Outcome.UNKNOWN, message));
  }

  /** Tells the peer what it did wrong, and closes. */
  private void breakOff(Channel channel, Status status) {
    AgentException failure = status.toException();
    try {
      channel.session.control(channel.attachment, Envelope.goAway(status));
    } catch (ViolationException e) {
      end(failure);
      return;
    }
    flushAndEnd(channel, failure);
  }

  /** A peer that does not read has a second to hear the last words. */
  private void flushAndEnd(Channel channel, @Nullable AgentException failure) {
    try {
      timers.schedule(() -> end(failure), 1, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      end(failure);
      return;
    }
    channel.outbox.flushAndRun(() -> end(failure));
  }

  private void end(@Nullable AgentException failure) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    handshakeTimer.cancel(false);
    silence.stop();
    link.close();
    Channel channel = live;
    if (channel != null) {
      channel.session.detach(channel.attachment);
    }
    host.onEnded(this, failure);
    end.complete(null);
  }
}
