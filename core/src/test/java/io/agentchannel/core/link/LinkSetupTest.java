package io.agentchannel.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.security.Handshake;
import io.agentchannel.core.security.HandshakeException;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.core.security.LinkIdentity;
import io.agentchannel.core.security.PlainHandshake;
import io.agentchannel.core.security.SealedHandshake;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeReader;
import io.agentchannel.core.wire.Status;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.PeerProof;
import io.agentchannel.testkit.contract.LeakCheck;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkSetupTest {
  private final LeakCheck leaks = LeakCheck.begin();
  private final SetupRig rig = new SetupRig();
  private final SetupRig.Side caller = rig.caller;
  private final SetupRig.Side listener = rig.listener;

  @AfterEach
  void nothingIsLeft() {
    rig.close();
    leaks.assertNothingLeft();
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(5, TimeUnit.SECONDS);
  }

  @Test
  void aLinkIsLiveOnceBothSidesWantItTheListenerFirst() throws Exception {
    rig.connect();
    assertThat(get(caller.asked).id()).isEqualTo(listener.key.id());
    assertThat(listener.asked).isNotDone();

    caller.admission.complete(null);
    caller.identification.complete(null);
    assertThat(get(listener.asked).id()).isEqualTo(caller.key.id());
    assertThat(caller.sessions).hasValue(0);

    listener.admission.complete(null);
    get(listener.proof);
    assertThat(listener.sessions).hasValue(0);
    assertThat(caller.live).isNotDone();

    listener.identification.complete(null);
    get(listener.live);
    get(caller.live);
    assertThat(caller.sessions).hasValue(1);
    assertThat(listener.sessions).hasValue(1);
  }

  @Test
  void theListenersFirstPacketWaitsForAnInitiatorThatIsNotReady() throws Exception {
    rig.connect();
    caller.admission.complete(null);
    listener.admission.complete(null);
    listener.identification.complete(null);
    get(listener.live);
    assertThat(caller.live).isNotDone();

    caller.identification.complete(null);

    get(caller.live);
  }

  @Test
  void theTransportsLearnWhoIsThereWhatIsSaidAndOneSecret() throws Exception {
    rig.connect();
    caller.admission.complete(null);
    listener.admission.complete(null);

    PeerProof atCaller = get(caller.proof);
    PeerProof atListener = get(listener.proof);

    assertThat(atCaller.id()).isEqualTo(listener.key.id());
    assertThat(atListener.id()).isEqualTo(caller.key.id());
    assertThat(text(atCaller.greeting())).isEqualTo("greetings from listener");
    assertThat(text(atListener.greeting())).isEqualTo("greetings from caller");
    assertThat(atCaller.secret()).hasSize(32).isEqualTo(atListener.secret());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  @Test
  void aCallerThatIsNotWantedHearsTheListenersOwnWords() throws Exception {
    rig.connect();
    caller.admission.complete(null);
    caller.identification.complete(null);
    get(listener.asked);
    listener.admission.completeExceptionally(
        HandshakeException.refuse(Code.PERMISSION_DENIED, "run this command there"));

    AgentException failure = get(caller.ended);

    assertThat(failure.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(failure).hasMessageContaining("run this command there");
    assertThat(get(listener.ended).code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(caller.sessions).hasValue(0);
    assertThat(listener.sessions).hasValue(0);
    assertThat(listener.proof).isNotDone();
  }

  /** It is read elsewhere than where the link's end is told. */
  @Test
  void theLastWordsBeforeTheEndAreHeard() throws Exception {
    for (int i = 0; i < 50; i++) {
      try (SetupRig one = new SetupRig()) {
        Link bare = one.connectToListener();
        bare.start(new Deaf());
        bare.send(
            PlainHandshake.responder(new Hello(IdentityKey.ephemeral().id(), "x", 1, 1, 1))
                .refusal(HandshakeException.refuse(Code.NOT_FOUND, "nobody of this name")));
        bare.close();

        AgentException failure = get(one.listener.ended);
        assertThat(failure.code()).isEqualTo(Code.NOT_FOUND);
        assertThat(failure).hasMessageContaining("nobody of this name");
      }
    }
  }

  private static final class Deaf implements Link.Receiver {
    @Override
    public void onPacket(ByteBuffer packet) {}

    @Override
    public void onReadComplete() {}

    @Override
    public void onReady() {}

    @Override
    public void onClosed(@Nullable Throwable cause) {}
  }

  @Test
  void aListenerThatIsNotWantedNeverLearnsWhoCalled() throws Exception {
    rig.connect();
    get(caller.asked);
    caller.admission.completeExceptionally(
        HandshakeException.refuse(Code.UNAUTHENTICATED, "another key was expected"));

    assertThat(get(caller.ended).code()).isEqualTo(Code.UNAUTHENTICATED);
    get(listener.ended);
    assertThat(listener.asked).isNotDone();
  }

  @Test
  void aTransportThatCannotUseThePeerSaysWhy() throws Exception {
    rig.connect();
    caller.admission.complete(null);
    caller.identification.complete(null);
    listener.admission.complete(null);
    get(listener.proof);
    listener.identification.completeExceptionally(
        new AgentException(
            Code.UNAVAILABLE, Outcome.NOT_SENT, "the callback address does not answer"));

    AgentException failure = get(caller.ended);

    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("the callback address does not answer");
    assertThat(caller.sessions).hasValue(0);
  }

  @Test
  void aHostThatFailsToDecideSaysNoMoreThanThat() throws Exception {
    rig.connect();
    caller.admission.complete(null);
    caller.identification.complete(null);
    get(listener.asked);
    listener.admission.completeExceptionally(
        new IllegalStateException("/home/someone/trust.json is broken"));

    AgentException failure = get(caller.ended);

    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure.getMessage()).doesNotContain("trust.json");
  }

  @Test
  void anExpelledPeerIsToldWhy() throws Exception {
    rig.connect();
    for (SetupRig.Side side : new SetupRig.Side[] {caller, listener}) {
      side.admission.complete(null);
      side.identification.complete(null);
    }
    get(caller.live);
    get(listener.live);

    listener.driver().expel(Status.of(Code.PERMISSION_DENIED, Outcome.UNKNOWN, "not any more"));

    assertThat(get(listener.ended).code()).isEqualTo(Code.PERMISSION_DENIED);
    get(caller.ended);
  }

  @Test
  void aSideThatDoesNotDecideIsGivenUpInTime() throws Exception {
    rig.connect(Duration.ofMillis(200));
    caller.admission.complete(null);
    caller.identification.complete(null);

    AgentException failure = get(listener.ended);

    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(failure).hasMessageContaining("took too long");
    get(caller.ended);
  }

  @Test
  void closingInTheMiddleOfItEndsBothSides() throws Exception {
    rig.connect();
    get(caller.asked);
    caller.driver().close().get(5, TimeUnit.SECONDS);
    caller.admission.complete(null);

    get(caller.ended);
    get(listener.ended);
    assertThat(caller.sessions).hasValue(0);
  }

  @Test
  void whoSendsTooMuchBeforeTheListenerHasDecidedIsRefused() throws Exception {
    try (Impatient peer = new Impatient(rig.connectToListener())) {
      get(listener.asked);
      for (int i = 0; i < 300; i++) {
        peer.sendPing();
      }

      assertThat(get(listener.ended).code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      get(peer.closed);
      assertThat(listener.sessions).hasValue(0);
    }
  }

  @Test
  void whatCameWhileTheListenerDecidedIsNotLost() throws Exception {
    try (Impatient peer = new Impatient(rig.connectToListener())) {
      get(listener.asked);
      for (int i = 0; i < 20; i++) {
        peer.sendPing();
      }
      listener.admission.complete(null);
      listener.identification.complete(null);

      assertThat(peer.awaitPongs(20)).isEqualTo(20);
    }
  }

  /** An initiator that does not wait for the listener's first packet. */
  private static final class Impatient implements Link.Receiver, AutoCloseable {
    final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final BlockingQueue<ByteBuffer> packets = new LinkedBlockingQueue<>();
    private final Link link;
    private final PacketCodec codec;
    private long token = 100;

    Impatient(Link link) throws Exception {
      this.link = link;
      IdentityKey key = IdentityKey.ephemeral();
      Hello hello = new Hello(key.id(), "impatient", 7, 256 << 10, 60_000);
      Handshake handshake = SealedHandshake.initiator(hello, LinkIdentity.of(key), "", null, false);
      link.start(this);
      link.send(handshake.first());
      Handshake.Step step = handshake.onPacket(next());
      link.send(step.reply());
      codec =
          new PacketCodec(step.authenticated().seal(), Pace.of(hello, step.authenticated().peer()));
    }

    private ByteBuffer next() throws InterruptedException {
      ByteBuffer packet = packets.poll(5, TimeUnit.SECONDS);
      if (packet == null) {
        throw new AssertionError("no packet within 5 s");
      }
      return packet;
    }

    void sendPing() {
      link.send(codec.pack(Envelope.ping(token++)));
    }

    int awaitPongs(int count) throws Exception {
      int[] pongs = new int[1];
      while (pongs[0] < count) {
        EnvelopeReader.readPacket(
            codec.unpack(next()),
            envelope -> {
              if (envelope.kind() == Envelope.Kind.PONG) {
                pongs[0]++;
              }
            });
      }
      return pongs[0];
    }

    @Override
    public void onPacket(ByteBuffer packet) {
      packets.add(ByteBuffer.allocate(packet.remaining()).put(packet).flip());
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onReady() {}

    @Override
    public void onClosed(@Nullable Throwable cause) {
      closed.complete(null);
    }

    @Override
    public void close() {
      link.close();
    }
  }
}
