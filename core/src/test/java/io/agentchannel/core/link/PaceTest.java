package io.agentchannel.core.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.core.exchange.ViolationException;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.security.IdentityKey;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final int PACKET = 1000;

  private final Pace near = pace(4000, 4000);
  private final Pace far = pace(4000, 4000);

  private static Pace pace(long own, long theirs) {
    return Pace.of(hello(own), hello(theirs));
  }

  private static Hello hello(long ahead) {
    return new Hello(IdentityKey.ephemeral().id(), "x", 1, 1, 1).forLink(ahead, new byte[0], null);
  }

  private static ByteBuffer send(Pace from) {
    ByteBuffer packet = ByteBuffer.allocate(Long.BYTES);
    from.putTo(packet, PACKET);
    return packet.flip();
  }

  @Test
  void aLinkThatHoldsItsSenderBackCostsNothing() {
    Pace direct = pace(0, 0);
    ByteBuffer untouched = ByteBuffer.allocate(0);
    for (int i = 0; i < 1000; i++) {
      direct.putTo(untouched, 100_000);
      direct.takeFrom(untouched, 100_000);
    }

    assertThat(direct.overhead()).isZero();
    assertThat(direct.isOpen()).isTrue();
    assertThat(direct.isDue()).isFalse();
  }

  @Test
  void aSenderStopsAtTheLimitAndGoesOnWithAnAcknowledgement() {
    ByteBuffer first = send(near);
    ByteBuffer second = send(near);
    send(near);
    assertThat(near.isOpen()).isTrue();
    send(near);
    assertThat(near.isOpen()).isFalse();
    far.takeFrom(first, PACKET);
    far.takeFrom(second, PACKET);

    near.takeFrom(send(far), PACKET);

    assertThat(near.isOpen()).isTrue();
    assertThat(near.takeNews()).isTrue();
  }

  @Test
  void anAcknowledgementIsDueAfterAQuarterAndSentWithWhateverGoesOut() {
    far.takeFrom(send(near), 999);
    assertThat(far.isDue()).isFalse();
    assertThat(far.takeNews()).isFalse();

    far.takeFrom(send(near), 1);
    assertThat(far.isDue()).isTrue();
    assertThat(far.takeNews()).isTrue();

    send(far);
    assertThat(far.isDue()).isFalse();
  }

  @Test
  void oneSideIsEnoughToAskForIt() {
    Pace asking = pace(4000, 0);
    Pace asked = pace(0, 4000);

    assertThat(asked.overhead()).isEqualTo(asking.overhead()).isPositive();
    for (int i = 0; i < 4; i++) {
      send(asked);
    }
    assertThat(asked.isOpen()).isFalse();
  }

  @Test
  void aPeerCannotAcknowledgeWhatWasNotSentNorTakeItBack() {
    send(near);
    assertThatThrownBy(() -> near.takeFrom(acknowledging(2), PACKET))
        .isInstanceOf(ViolationException.class);
    near.takeFrom(acknowledging(1), PACKET);
    assertThatThrownBy(() -> near.takeFrom(acknowledging(0), PACKET))
        .isInstanceOf(ViolationException.class);
    assertThatThrownBy(() -> near.takeFrom(acknowledging(Long.MIN_VALUE), PACKET))
        .isInstanceOf(ViolationException.class);
    assertThatThrownBy(() -> near.takeFrom(ByteBuffer.allocate(7), PACKET))
        .isInstanceOf(ViolationException.class);
  }

  private static ByteBuffer acknowledging(long count) {
    return ByteBuffer.allocate(Long.BYTES).putLong(count).flip();
  }
}
