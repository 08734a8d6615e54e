package io.agentchannel.core.link;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.exchange.ViolationException;
import io.agentchannel.core.security.Handshake;
import io.agentchannel.core.security.HandshakeException;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.wire.MalformedPacketException;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.PeerProof;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * From a started link to one that both sides want to use: the handshake, then this side's decision
 * on the peer, then, for the initiator, the peer's decision, which its first packet after the
 * handshake brings ({@code docs/decisions/0004-live-with-the-first-sealed-packet.md}).
 *
 * <p>Everything here runs on the link's thread.
 */
final class LinkSetup {
  /** What is to be done to the link, and what comes of it. */
  interface Outcomes {
    CompletionStage<?> admit(Hello peer);

    /**
     * Both sides want the link.
     *
     * @param early the envelopes of packets that have come already
     */
    void established(Hello peer, PacketCodec codec, List<ByteBuffer> early);

    void failed(@Nullable AgentException failure);
  }

  private final Link link;
  private final Handshake handshake;
  private final Hello self;
  private final Cryptography cryptography;
  private final Outcomes outcomes;
  private final boolean othersWrite;
  private final EarlyPackets early = new EarlyPackets();
  private final @Nullable ByteBuffer first;
  private final boolean initiator;
  private boolean computing;
  private boolean refusalSent;
  private boolean identified;
  private boolean accepted;
  private boolean closed;
  private @Nullable AgentException closedBy;
  private boolean over;
  private Handshake.@Nullable Authenticated peer;
  private @Nullable PacketCodec codec;

  /** What was passed over last, for a time-out to tell; read by any thread. */
  private volatile @Nullable String hint;

  LinkSetup(
      Link link, Handshake handshake, Hello self, Cryptography cryptography, Outcomes outcomes) {
    this.link = link;
    this.handshake = handshake;
    this.self = self;
    this.cryptography = cryptography;
    this.outcomes = outcomes;
    this.othersWrite = link.info().path() != LinkInfo.Path.DIRECT;
    this.first = handshake.first();
    this.initiator = first != null;
  }

  /** Whether this side has dialled. */
  boolean isInitiator() {
    return initiator;
  }

  /** Once, after the link is started; on any thread. */
  void begin() {
    if (first != null) {
      transmit(first);
    }
  }

  @Nullable String hint() {
    return hint;
  }

  void onPacket(ByteBuffer packet) {
    if (over) {
      return;
    }
    PacketCodec ready = codec;
    if (ready != null) {
      onSealed(ready, packet);
    } else if (!computing) {
      compute(EarlyPackets.copyOf(packet));
    } else if (!early.await(packet) && !othersWrite) {
      refuse(tooEarly());
    }
  }

  /**
   * What came before the end counts: it may say why.
   *
   * @return false if it is not this setup's any more to say that the link has ended
   */
  boolean onClosed(@Nullable AgentException failure) {
    if (over) {
      return false;
    }
    closed = true;
    closedBy = failure;
    if (!computing) {
      end(failure);
    }
    return true;
  }

  private static HandshakeException tooEarly() {
    return HandshakeException.refuse(
        Code.RESOURCE_EXHAUSTED, "too many packets before the link is ready");
  }

  // The handshake.

  private void compute(ByteBuffer packet) {
    computing = true;
    try {
      cryptography.run(() -> take(packet), this::tooBusy);
    } catch (RejectedExecutionException closing) {
      end(null);
    }
  }

  /** Not on the link's thread. */
  private void take(ByteBuffer packet) {
    try {
      Handshake.Step step = handshake.onPacket(packet);
      onLoop(() -> taken(step));
    } catch (HandshakeException e) {
      onLoop(() -> notTaken(e));
    } catch (RuntimeException e) {
      onLoop(
          () -> end(new AgentException(Code.INTERNAL, Outcome.NOT_SENT, "the handshake: " + e, e)));
    }
  }

  private void tooBusy() {
    onLoop(
        () ->
            end(
                new AgentException(
                    Code.UNAVAILABLE, Outcome.NOT_SENT, "too many handshakes at once")));
  }

  private void taken(Handshake.Step step) {
    computing = false;
    Handshake.Authenticated authenticated = step.authenticated();
    if (authenticated != null) {
      authenticated(authenticated, step.reply());
      return;
    }
    ByteBuffer reply = step.reply();
    if (reply != null) {
      send(reply);
    }
    next();
  }

  private void notTaken(HandshakeException e) {
    computing = false;
    if (!othersWrite) {
      refuse(e);
      return;
    }
    hint = e.getMessage();
    if (!e.isFromPeer() && !initiator && !refusalSent) {
      refusalSent = true;
      send(handshake.refusal(e));
    }
    next();
  }

  private void next() {
    ByteBuffer next = over ? null : early.next();
    if (next != null) {
      compute(next);
    } else if (closed) {
      end(closedBy);
    }
  }

  // The peer is known.

  private void authenticated(Handshake.Authenticated known, @Nullable ByteBuffer reply) {
    peer = known;
    PacketCodec ready = new PacketCodec(known.seal(), Pace.of(self, known.peer()));
    codec = ready;
    for (ByteBuffer packet = early.next(); packet != null; packet = early.next()) {
      onSealed(ready, packet);
    }
    if (closed) {
      end(closedBy);
    } else if (!over) {
      then(() -> outcomes.admit(known.peer()), failure -> admitted(known, reply, failure));
    }
  }

  /** The transport knows the secret before the peer hears anything more. */
  private void admitted(
      Handshake.Authenticated known, @Nullable ByteBuffer reply, @Nullable Throwable failure) {
    if (failure != null) {
      refuse(Refusals.of(failure));
      return;
    }
    Hello hello = known.peer();
    then(
        () -> {
          CompletionStage<?> stage =
              link.authenticated(new PeerProof(hello.id(), hello.greeting(), known.secret()));
          identified = true;
          if (reply != null) {
            send(reply);
          }
          return stage;
        },
        this::accepted);
  }

  private void accepted(@Nullable Throwable failure) {
    if (failure != null) {
      refuse(Refusals.of(failure));
      return;
    }
    accepted = true;
    establishIfAgreed();
  }

  private void onSealed(PacketCodec ready, ByteBuffer packet) {
    if (over) {
      return;
    }
    try {
      ByteBuffer opened = ready.unpack(packet);
      if (opened == null) {
        return;
      }
      // The peer's first words may be that it does not want this agent.
      AgentException refusal =
          initiator && early.kept().isEmpty() ? Refusals.in(opened, link.info().remote()) : null;
      if (refusal != null) {
        end(refusal);
      } else if (early.keep(opened)) {
        establishIfAgreed();
      } else {
        refuse(tooEarly());
      }
    } catch (HandshakeException | ViolationException | MalformedPacketException e) {
      refuse(Refusals.of(e));
    }
  }

  private void establishIfAgreed() {
    Handshake.Authenticated known = peer;
    PacketCodec ready = codec;
    if (known != null
        && ready != null
        && !over
        && accepted
        && (!initiator || !early.kept().isEmpty())) {
      over = true;
      outcomes.established(known.peer(), ready, early.kept());
    }
  }

  // The end.

  /** Tells the peer why, in the way in which it will believe it. */
  private void refuse(HandshakeException why) {
    if (!why.isFromPeer() && !over) {
      PacketCodec ready = codec;
      if (ready != null && (identified || !initiator)) {
        send(ready.pack(Refusals.asEnvelope(why)));
      } else {
        send(handshake.refusal(why));
      }
    }
    end(why.toAgentException(link.info().remote()));
  }

  private void end(@Nullable AgentException failure) {
    if (!over) {
      over = true;
      early.clear();
      outcomes.failed(failure);
    }
  }

  private void send(ByteBuffer packet) {
    if (!over) {
      transmit(packet);
    }
  }

  private void transmit(ByteBuffer packet) {
    if (packet.remaining() > link.info().maxPacket()) {
      onLoop(
          () ->
              end(
                  new AgentException(
                      Code.FAILED_PRECONDITION,
                      Outcome.NOT_SENT,
                      link.info().remote() + ": the agent's name is too long for this link")));
    } else if (!link.send(packet)) {
      link.close();
    }
  }

  /** Goes on, on the link's thread, when the stage completes. */
  private void then(Supplier<CompletionStage<?>> what, Then next) {
    CompletableFuture<?> stage;
    try {
      stage = what.get().toCompletableFuture();
    } catch (RuntimeException e) {
      next.with(e);
      return;
    }
    if (over) {
      return;
    }
    BiConsumer<@Nullable Object, @Nullable Throwable> go = (value, failure) -> next.with(failure);
    if (stage.isDone()) {
      stage.whenComplete(go);
    } else {
      stage.whenComplete((value, failure) -> onLoop(() -> next.with(failure)));
    }
  }

  private interface Then {
    void with(@Nullable Throwable failure);
  }

  private void onLoop(Runnable task) {
    try {
      link.executor()
          .execute(
              () -> {
                if (!over) {
                  task.run();
                }
              });
    } catch (RejectedExecutionException closing) {
      link.close();
      outcomes.failed(closedBy);
    }
  }
}
