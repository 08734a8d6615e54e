package io.agentchannel.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.Payload;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Kind;
import io.agentchannel.core.wire.Status;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class SendFlowTest {
  private static final int TYPE = Payload.BYTES.length();
  private static final int ROOM = 10_000 + TYPE;

  private final Budget budget = new Budget(1 << 20);
  private final SendFlow flow = new SendFlow(budget, 100_000);

  @Test
  void piecesGetTheirNumbersInOrderAsTheyLeave() {
    flow.add(message(100, false));
    flow.add(message(200, true));

    assertThat(flow.transmit(ROOM).body().remaining()).isEqualTo(100);
    assertThat(flow.lastSeq()).isEqualTo(1);
    assertThat(flow.transmit(ROOM).last()).isTrue();
    assertThat(flow.lastSeq()).isEqualTo(2);
    assertThat(flow.transmit(ROOM)).isNull();
  }

  @Test
  void messageIsCutToTheRoomAndTellsItsSizeOnce() {
    flow.add(message(25_000, true));

    Piece first = flow.transmit(ROOM);
    Piece second = flow.transmit(ROOM);
    Piece third = flow.transmit(ROOM);

    assertThat(first.size()).isEqualTo(25_000);
    assertThat(first.body().remaining()).isEqualTo(10_000);
    assertThat(first.more() && second.more() && !third.more()).isTrue();
    assertThat(first.last() || second.last()).isFalse();
    assertThat(third.last()).isTrue();
    assertThat(second.contentType()).isEmpty();
    assertThat(second.size()).isZero();
    assertThat(second.body().remaining()).isEqualTo(10_000 + TYPE);
    assertThat(third.body().remaining()).isEqualTo(5_000 - TYPE);
  }

  @Test
  void bodyNeverExceedsWhatAnEnvelopeMayCarry() {
    flow.add(message(90_000, true));

    assertThat(flow.transmit(1 << 20).body().remaining()).isEqualTo(Envelope.MAX_BODY);
  }

  @Test
  void creditStopsMessagesAndIsWorthACutOnlyForAGoodPiece() {
    SendFlow flow = new SendFlow(budget, 5_000);
    flow.add(message(700, false));
    flow.add(message(9_000, true));
    assertThat(flow.transmit(ROOM)).isNotNull();
    assertThat(flow.canTransmit(ROOM)).isTrue();
    assertThat(flow.transmit(ROOM).body().remaining()).isEqualTo(5_000 - 764 - Envelope.COST);
    assertThat(flow.canTransmit(ROOM)).isFalse();

    flow.onAck(0, 5_000 + SendFlow.WORTH_CUTTING);
    assertThat(flow.transmit(ROOM)).isNull();

    flow.onAck(0, 5_000 + SendFlow.WORTH_CUTTING + Envelope.COST);
    assertThat(flow.transmit(ROOM).body().remaining()).isEqualTo(SendFlow.WORTH_CUTTING);
  }

  @Test
  void endAndEmptyLastNeedNoCredit() {
    SendFlow flow = new SendFlow(budget, 0);
    flow.add(new Piece(Kind.ITEM, "", Envelope.noBody(), true, false, 0, null));
    flow.add(new Piece(Kind.END, "", Envelope.noBody(), true, false, 0, Status.OK));

    assertThat(flow.transmit(ROOM).kind()).isEqualTo(Kind.ITEM);
    assertThat(flow.transmit(ROOM).kind()).isEqualTo(Kind.END);
    assertThat(flow.hasUnsent()).isFalse();
  }

  @Test
  void rewindSendsAgainWhatIsNotAcknowledgedAndMayCutItSmaller() {
    flow.add(message(100, false));
    flow.add(message(9_000, false));
    flow.add(message(300, true));
    while (flow.transmit(ROOM) != null) {}
    assertThat(flow.lastSeq()).isEqualTo(3);

    flow.rewind(1, 0);

    assertThat(flow.lastSeq()).isEqualTo(1);
    Piece first = flow.transmit(5_000 + TYPE);
    assertThat(first.size()).isEqualTo(9_000);
    assertThat(first.body().remaining()).isEqualTo(5_000);
    assertThat(flow.lastSeq()).isEqualTo(2);
    // Once more: what was cut keeps the size of the whole.
    flow.rewind(1, 0);
    Piece again = flow.transmit(4_500 + TYPE);
    assertThat(again.size()).isEqualTo(9_000);
    assertThat(again.more()).isTrue();
    assertThat(flow.transmit(ROOM).body().remaining()).isEqualTo(500);
    assertThat(flow.transmit(ROOM).body().remaining()).isEqualTo(4_000);
    assertThat(flow.transmit(ROOM).last()).isTrue();
  }

  @Test
  void firstPieceIsCutWhereThePeerHasIt() {
    flow.add(message(9_000, false));
    flow.add(message(100, true));
    flow.transmit(ROOM);
    flow.transmit(ROOM);

    flow.cutFirst(1_000 + Envelope.COST);
    flow.rewind(1, 0);

    assertThat(flow.acked()).isEqualTo(1);
    Piece rest = flow.transmit(ROOM);
    assertThat(rest.body().remaining()).isEqualTo(8_000);
    assertThat(rest.contentType()).isEmpty();
    assertThat(rest.more()).isFalse();
    assertThat(flow.lastSeq()).isEqualTo(2);
    assertThat(flow.transmit(ROOM).last()).isTrue();
  }

  @Test
  void costsThatNoPieceHadCutNothing() {
    flow.add(message(9_000, true));
    flow.transmit(ROOM);
    for (long cost : new long[] {0, 1, 63, 9_000 + Envelope.COST, 10_000, Long.MAX_VALUE}) {
      flow.cutFirst(cost);
    }

    flow.rewind(1, 0);

    assertThat(flow.hasUnsent()).isFalse();
  }

  @Test
  void oldNewsChangesNothingAndNewsFromTheFutureIsRefused() {
    flow.add(message(100, false));
    flow.add(message(100, true));
    flow.transmit(ROOM);
    flow.transmit(ROOM);
    flow.onAck(2, 200_000);

    flow.onAck(1, 50_000);

    assertThat(flow.acked()).isEqualTo(2);
    flow.add(message(90_000, true));
    flow.add(message(90_000, true));
    assertThat(flow.hasRoom()).isTrue();
    assertThatThrownBy(() -> flow.onAck(3, 0)).isInstanceOf(ViolationException.class);
  }

  @Test
  void roomIsTheWindowPastAllThatWaitsAndTheBudget() {
    flow.add(message(99_000, false));
    assertThat(flow.hasRoom()).isTrue();
    flow.add(message(1_000, false));
    assertThat(flow.hasRoom()).isFalse();
    flow.onAck(0, 200_000);
    assertThat(flow.hasRoom()).isTrue();
    budget.force(1 << 20);
    assertThat(flow.hasRoom()).isFalse();
    budget.release(1 << 20);
  }

  @Test
  void everythingHeldIsReleased() {
    flow.add(message(25_000, false));
    flow.add(message(100, false));
    flow.add(message(30_000, true));
    flow.transmit(ROOM);
    flow.transmit(ROOM);
    flow.cutFirst(5_000);
    flow.rewind(1, 0);
    flow.transmit(ROOM);
    assertThat(budget.used()).isGreaterThan(40_000);

    flow.clear();

    assertThat(budget.used()).isZero();
    assertThat(flow.transmit(ROOM)).isNull();
    // What was on its way may still be acknowledged.
    flow.onAck(2, 0);
  }

  @Test
  void messageWhoseBeginningFitsNoPacketIsTold() {
    flow.add(message(100, true));

    assertThat(flow.isTooLargeFor(TYPE - 1)).isTrue();
    assertThat(flow.canTransmit(TYPE - 1)).isFalse();
    assertThat(flow.isTooLargeFor(TYPE)).isFalse();
    assertThat(flow.transmit(TYPE).body().remaining()).isZero();
  }

  private static Piece message(int size, boolean last) {
    return new Piece(
        Kind.ITEM, Payload.BYTES, ByteBuffer.wrap(new byte[size]), last, false, 0, null);
  }
}
