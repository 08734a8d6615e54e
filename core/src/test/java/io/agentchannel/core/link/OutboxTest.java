package io.agentchannel.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Peer;
import io.agentchannel.core.exchange.Attachment;
import io.agentchannel.core.exchange.Budget;
import io.agentchannel.core.exchange.ExchangeOptions;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.security.Handshake;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.core.security.PlainHandshake;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeReader;
import io.agentchannel.core.wire.MalformedPacketException;
import io.agentchannel.core.wire.Status;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final Hello hello = new Hello(IdentityKey.ephemeral().id(), "x", 1, 1 << 20, 1000);
  private final Session session =
      new Session(
          ExchangeOptions.DEFAULTS,
          new Budget(1 << 20),
          new Session.Remote(new Peer.Agent(hello.id(), "x"), "x-", 1 << 20),
          (call, replies) -> {
            throw new AssertionError("nobody calls");
          },
          System::nanoTime);

  private final RecordingLink link = new RecordingLink();
  private int outstanding;
  private final Outbox outbox = new Outbox(link, codec(), () -> outstanding++, () -> {});
  private final Attachment attachment = session.attach(outbox::onOutput, 64 << 10);

  OutboxTest() {
    outbox.connect(session, attachment, 64 << 10);
  }

  private PacketCodec codec() {
    try {
      Handshake initiator = PlainHandshake.initiator(hello, "", null);
      ByteBuffer second = PlainHandshake.responder(hello).onPacket(initiator.first()).reply();
      return new PacketCodec(
          initiator.onPacket(second).authenticated().seal(), Pace.of(hello, hello));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Whoever closes comes in while another thread is sending what was there before. */
  @Test
  void lastWordsThatAreSaidDuringASendGoOutBeforeTheEnd() {
    link.duringSend =
        () -> {
          session.control(
              attachment, Envelope.goAway(Status.of(Code.UNAVAILABLE, Outcome.UNKNOWN, "bye")));
          outbox.flushAndRun(link::close);
        };

    session.control(attachment, Envelope.ping(1));

    assertThat(link.sent)
        .extracting(Envelope::kind)
        .endsWith(Envelope.Kind.PING, Envelope.Kind.GOAWAY);
    assertThat(link.closed).isTrue();
  }

  /** Else one that is quicker than its sender leaves it outstanding, and the peer is doubted. */
  @Test
  void outputIsOutstandingBeforeItsAnswerCanBeThere() {
    int before = outstanding;
    List<Integer> during = new ArrayList<>();
    link.duringSend = () -> during.add(outstanding);

    session.control(attachment, Envelope.ping(1));

    assertThat(during).containsExactly(before + 1);
  }

  @Test
  void answersWaitForTheEndOfAReadUnlessItIsLong() {
    outbox.beginRead();
    session.control(attachment, Envelope.ping(1));
    int early = count(Envelope.Kind.PING);

    outbox.flushRead();
    int inBetween = count(Envelope.Kind.PING);
    session.control(attachment, Envelope.ping(2));
    int waiting = count(Envelope.Kind.PING);
    outbox.endRead();

    assertThat(List.of(early, inBetween, waiting, count(Envelope.Kind.PING)))
        .containsExactly(0, 1, 1, 2);
  }

  private int count(Envelope.Kind kind) {
    return (int) link.sent.stream().filter(envelope -> envelope.kind() == kind).count();
  }

  @Test
  void whatIsThereWhenTheLinkIsNotReadyGoesOutBeforeTheEnd() {
    link.ready = false;
    session.control(attachment, Envelope.ping(1));
    outbox.flushAndRun(link::close);
    assertThat(link.closed).isFalse();

    link.ready = true;
    outbox.onOutput();

    assertThat(link.sent).extracting(Envelope::kind).contains(Envelope.Kind.PING);
    assertThat(link.closed).isTrue();
  }

  private static final class RecordingLink implements Link {
    final List<Envelope> sent = new ArrayList<>();
    boolean ready = true;
    boolean closed;
    @Nullable Runnable duringSend;

    @Override
    public boolean send(ByteBuffer packet) {
      if (closed) {
        return false;
      }
      try {
        EnvelopeReader.readPacket(packet, sent::add);
      } catch (MalformedPacketException e) {
        throw new AssertionError(e);
      }
      Runnable once = duringSend;
      duringSend = null;
      if (once != null) {
        once.run();
      }
      return true;
    }

    @Override
    public boolean isReady() {
      return ready && !closed;
    }

    @Override
    public Executor executor() {
      return Runnable::run;
    }

    @Override
    public LinkInfo info() {
      return new LinkInfo("test", "here", "there", 64 << 10, LinkInfo.Path.DIRECT, null);
    }

    @Override
    public void start(Receiver receiver) {
      throw new AssertionError("nothing comes");
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
