package io.agentchannel.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Kind;
import io.agentchannel.core.wire.Status;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ReceiveFlowTest {
  private static final int WINDOW = 64 << 10;
  private static final ExchangeOptions OPTIONS =
      new ExchangeOptions(WINDOW, 4 * WINDOW, 1 << 20, 10, Duration.ofSeconds(60));

  private final Budget budget = new Budget(2 << 20);
  private final ReceiveFlow flow = new ReceiveFlow(budget, OPTIONS, WINDOW);
  private long seq;

  @Test
  void wholeMessageComesOutAndHoldsItsCreditUntilItIsTaken() {
    Payload message = flow.accept(piece(Payload.TEXT, 1_000, false));

    assertThat(message.contentType()).isEqualTo(Payload.TEXT);
    assertThat(message.size()).isEqualTo(1_000);
    assertThat(flow.received()).isEqualTo(1);
    assertThat(flow.announce()).isEqualTo(WINDOW);
    assertThat(budget.used()).isEqualTo(1_064);

    flow.taken(1);

    assertThat(flow.announce()).isEqualTo(WINDOW + 1_064);
    assertThat(budget.used()).isZero();
  }

  @Test
  void piecesGiveTheirCreditBackAsTheyAreJoined() {
    assertThat(flow.accept(piece(Payload.BYTES, 50_000, true))).isNull();
    assertThat(flow.announce()).isEqualTo(WINDOW + 50_064);
    assertThat(flow.accept(piece("", 50_000, true))).isNull();
    Payload message = flow.accept(piece("", 10, false));

    assertThat(message.size()).isEqualTo(100_010);
    assertThat(message.contentType()).isEqualTo(Payload.BYTES);
    for (int i = 0; i < message.size(); i++) {
      assertThat(message.body().get(i)).isEqualTo((byte) (i < 100_000 ? i % 50_000 : i - 100_000));
    }
  }

  @Test
  void creditIsDueWhenAQuarterOfTheWindowIsFree() {
    flow.accept(piece(Payload.BYTES, WINDOW / 4 - 64, false));
    assertThat(flow.isCreditDue()).isFalse();
    flow.taken(1);
    assertThat(flow.isCreditDue()).isTrue();
    flow.announce();
    assertThat(flow.isCreditDue()).isFalse();

    flow.accept(piece(Payload.BYTES, 40_000, false));
    flow.accept(piece(Payload.BYTES, 100, false));
    flow.accept(piece(Payload.BYTES, 20_000, false));
    flow.taken(1);
    flow.announce();
    flow.taken(1);
    assertThat(flow.isCreditDue()).as("a little, while more waits").isFalse();
  }

  @Test
  void messageThatIsJoinedBehindOneThatWaitsIsNotLeftWithoutCredit() {
    flow.accept(piece(Payload.BYTES, 55_000, false));
    assertThat(flow.isCreditDue()).isFalse();

    flow.accept(piece(Payload.BYTES, 9_000, true));

    assertThat(flow.isCreditDue()).isTrue();
    assertThat(flow.announce()).isEqualTo(WINDOW + 9_064);
  }

  @Test
  void windowDoublesAfterEachWindowThatWasTakenAtOnceUpToItsBound() {
    for (int i = 0; i < 100; i++) {
      flow.accept(piece(Payload.BYTES, 10_000, false));
      flow.taken(1);
      flow.announce();
    }

    assertThat(flow.announce() - flow.receivedBytes()).isEqualTo(4 * WINDOW);
  }

  @Test
  void beyondTheCreditIsAViolation() {
    flow.accept(piece(Payload.BYTES, WINDOW - 200, false));

    assertThatThrownBy(() -> flow.accept(piece(Payload.BYTES, 100, false)))
        .isInstanceOfSatisfying(
            ViolationException.class,
            e -> assertThat(e.status().code()).isEqualTo(Code.RESOURCE_EXHAUSTED));
  }

  @Test
  void announcedSizeBeyondTheLargestIsRefusedAtTheFirstPiece() {
    Envelope first = envelope(1, Payload.BYTES, new byte[10], true, (1 << 20) + 1);

    assertThatThrownBy(() -> flow.accept(first))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e ->
                assertThat(e.toAgentException(Outcome.UNKNOWN).code())
                    .isEqualTo(Code.INVALID_ARGUMENT));
    flow.release();
    assertThat(budget.used()).isZero();
  }

  @Test
  void unannouncedSizeIsRefusedWhenItIsReached() {
    flow.accept(piece(Payload.BYTES, 50_000, true));
    assertThatThrownBy(
            () -> {
              while (true) {
                flow.accept(piece("", 50_000, true));
              }
            })
        .isInstanceOf(RefusedException.class);
    assertThat(flow.receivedBytes()).isBetween(1L << 20, (1L << 20) + 60_000);
    flow.release();
    assertThat(budget.used()).isZero();
  }

  @Test
  void fullBudgetRefusesAndReleasesWhatItTook() {
    budget.force((2 << 20) - 60_000);
    flow.accept(piece(Payload.BYTES, 50_000, true));

    assertThatThrownBy(() -> flow.accept(piece("", 50_000, true)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e ->
                assertThat(e.toAgentException(Outcome.UNKNOWN).code())
                    .isEqualTo(Code.RESOURCE_EXHAUSTED));

    flow.release();
    assertThat(budget.used()).isEqualTo((2 << 20) - 60_000);
  }

  @Test
  void endInTheMiddleOfAMessageIsAnEndAndNoMessage() {
    flow.accept(piece(Payload.BYTES, 50_000, true));

    Payload none =
        flow.accept(
            new Envelope(
                Kind.END,
                false,
                1,
                2,
                0,
                0,
                0,
                true,
                false,
                0,
                0,
                "",
                Envelope.noBody(),
                null,
                Status.OK,
                null,
                0));

    assertThat(none).isNull();
    flow.release();
    assertThat(budget.used()).isZero();
  }

  @Test
  void emptyLastIsNoMessage() {
    assertThat(flow.accept(piece("", 0, false))).isNull();
    assertThat(flow.receivedBytes()).isZero();
  }

  @Test
  void takingMoreThanThereIsTakesWhatThereIs() {
    flow.accept(piece(Payload.BYTES, 1_000, false));

    flow.taken(5);

    assertThat(budget.used()).isZero();
    assertThat(flow.announce()).isEqualTo(WINDOW + 1_064);
  }

  @Test
  void smallMessageDoesNotKeepItsLargePacketAlive() {
    byte[] packet = new byte[64 << 10];
    Envelope small = envelope(1, Payload.BYTES, packet, false, 0);
    ByteBuffer view = ByteBuffer.wrap(packet, 100, 10).slice();
    Envelope of =
        new Envelope(
            Kind.ITEM,
            false,
            1,
            1,
            0,
            0,
            0,
            false,
            false,
            0,
            0,
            small.contentType(),
            view,
            null,
            null,
            null,
            0);

    Payload kept = flow.accept(of);
    packet[105] = 1;

    assertThat(kept.toByteArray()).containsOnly(0).hasSize(10);
  }

  private Envelope piece(String type, int size, boolean more) {
    byte[] body = new byte[size];
    for (int i = 0; i < size; i++) {
      body[i] = (byte) i;
    }
    return envelope(++seq, type, body, more, 0);
  }

  private static Envelope envelope(long seq, String type, byte[] body, boolean more, long size) {
    return new Envelope(
        Kind.ITEM,
        false,
        1,
        seq,
        0,
        0,
        0,
        false,
        more,
        size,
        0,
        type,
        ByteBuffer.wrap(body),
        null,
        null,
        null,
        0);
  }
}
