package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Conditions.awaitThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the links of a transport must keep to ({@link Link}), as tests. A transport's test class
 * implements this and gets them all; {@link TransportContract} then tests agents over it.
 */
@ExtendWith(LinkContract.Rigs.class)
@Timeout(30)
public interface LinkContract {

  /** A new instance of the transport under test; the contract closes it. */
  Transport newTransport();

  /** Where to listen, on a free port: {@code ws://127.0.0.1:0}. */
  String listenAt();

  /** The options that the transport finds. */
  default Map<String, String> options() {
    return Map.of();
  }

  @Test
  default void packetsKeepTheirOrderAndBoundariesBothWays(LinkRig rig) throws Exception {
    LinkRig.Pair pair = rig.pair();
    List<byte[]> there = somePackets(1, 5_000);
    List<byte[]> back = somePackets(2, 5_000);
    Sender backwards = pair.fromFar(back);
    pair.fromNear(there).join();
    backwards.join();

    awaitThat("all arrive there", () -> pair.atFar().count() >= there.size());
    awaitThat("all arrive back", () -> pair.atNear().count() >= back.size());
    pair.atFar().assertPackets(there);
    pair.atNear().assertPackets(back);
  }

  @Test
  default void packetsOfEverySizeUpToTheLargestArrive(LinkRig rig) throws Exception {
    LinkRig.Pair pair = rig.pair();
    int largest = pair.near().info().maxPacket();
    assertThat(largest).isGreaterThanOrEqualTo(1200);
    List<byte[]> packets = new ArrayList<>();
    for (int size :
        new int[] {1, 2, 125, 126, 127, 1199, 1200, largest / 2, largest - 1, largest}) {
      packets.add(packet(size, size));
    }
    pair.fromNear(packets).join();

    awaitThat("all arrive", () -> pair.atFar().count() >= packets.size());
    pair.atFar().assertPackets(packets);
  }

  @Test
  default void nothingIsLostThatCameBeforeTheStart(LinkRig rig) throws Exception {
    Link near = rig.connect();
    Recorder atNear = rig.watched(Recorder.create());
    near.start(atNear);
    List<byte[]> packets = somePackets(3, 20);
    Sender.start(near, atNear, packets).join();
    Link far = rig.accepted();
    Recorder atFar = rig.watched(Recorder.create());
    far.start(atFar);

    awaitThat("all arrive", () -> atFar.count() >= packets.size());
    atFar.assertPackets(packets);
  }

  @Test
  default void readCompleteFollowsWhatWasRead(LinkRig rig) throws Exception {
    LinkRig.Pair pair = rig.pair();
    pair.fromNear(somePackets(4, 100)).join();

    awaitThat("the read is complete", () -> pair.atFar().completed() == 100);
  }

  @Test
  default void tasksOfTheExecutorTakeTurnsWithTheReceiver(LinkRig rig) throws Exception {
    LinkRig.Pair pair = rig.pair();
    AtomicInteger ran = new AtomicInteger();
    Sender sender = pair.fromNear(somePackets(5, 2_000));
    for (int i = 0; i < 2_000; i++) {
      pair.far().executor().execute(() -> pair.atFar().serially(ran::incrementAndGet));
    }
    sender.join();

    awaitThat("all ran", () -> ran.get() == 2_000 && pair.atFar().count() == 2_000);
    assertThat(pair.atFar().fault()).isNull();
  }

  @Test
  default void packetsSentByManyThreadsArriveWhole(LinkRig rig) throws Exception {
    LinkRig.Pair pair = rig.pair();
    List<Sender> senders = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      senders.add(pair.fromNear(somePackets(10 + i, 500)));
    }
    for (Sender sender : senders) {
      sender.join();
    }

    awaitThat("all arrive", () -> pair.atFar().count() >= 2_000);
    List<byte[]> expected = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      expected.addAll(somePackets(10 + i, 500));
    }
    pair.atFar().assertPacketsInAnyOrder(expected);
  }

  @Test
  default void aStuckReceiverMakesItsSenderHoldBack(LinkRig rig) throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    LinkRig.Pair pair = rig.pair(Recorder.stuckUntil(open));
    int size = Math.min(32 * 1024, pair.near().info().maxPacket());
    int sent = 0;
    try {
      while (pair.near().isReady()) {
        assertThat((long) sent * size).as("bytes on the way").isLessThan(64L * 1024 * 1024);
        assertThat(pair.near().send(ByteBuffer.wrap(packet(sent, size)))).isTrue();
        sent++;
        if (sent % 64 == 0) {
          settle(pair.near());
        }
      }
    } finally {
      open.countDown();
    }

    int all = sent;
    awaitThat("all arrive", () -> pair.atFar().count() == all);
    awaitThat("onReady", () -> pair.near().isReady() && pair.atNear().readies() > 0);
    pair.atFar().assertLastPacket(packet(all - 1, size));
  }

  @Test
  default void bothSidesLearnOnceThatTheLinkIsClosed(LinkRig rig) throws Exception {
    LinkRig.Pair pair = rig.pair();
    pair.near().close();
    pair.near().close();

    awaitThat("both ends", () -> pair.atNear().end().isDone() && pair.atFar().end().isDone());
    assertThat(pair.atNear().end().join()).isNull();
    pair.far().close();
  }

  @Test
  default void whatWasSentBeforeAnOrderlyCloseArrives(LinkRig rig) throws Exception {
    LinkRig.Pair pair = rig.pair();
    List<byte[]> packets = somePackets(6, 50);
    pair.fromNear(packets).join();
    pair.near().close();

    awaitThat("the far end", () -> pair.atFar().end().isDone());
    pair.atFar().assertPackets(packets);
  }

  @Test
  default void closingOneLinkLeavesTheOthers(LinkRig rig) throws Exception {
    LinkRig.Pair first = rig.pair();
    LinkRig.Pair second = rig.pair();
    first.far().close();
    awaitThat("the near end", () -> first.atNear().end().isDone());
    second.fromNear(somePackets(7, 10)).join();

    awaitThat("all arrive", () -> second.atFar().count() == 10);
  }

  @Test
  default void sendingIsRefusedAfterTheClose(LinkRig rig) throws Exception {
    LinkRig.Pair pair = rig.pair();
    pair.near().close();
    awaitThat("both ends", () -> pair.atNear().end().isDone() && pair.atFar().end().isDone());

    assertThat(pair.near().send(ByteBuffer.wrap(packet(1, 10)))).isFalse();
    assertThat(pair.far().send(ByteBuffer.wrap(packet(1, 10)))).isFalse();
  }

  @Test
  default void aLinkMayBeClosedBeforeItIsStarted(LinkRig rig) throws Exception {
    Link near = rig.connect();
    near.close();
    Link far = rig.accepted();
    Recorder atFar = rig.watched(Recorder.create());
    far.start(atFar);

    awaitThat("the far end", () -> atFar.end().isDone());
  }

  @Test
  default void aClosedBindingTakesNoLinksAndKeepsThoseItHas(LinkRig rig) throws Exception {
    LinkRig.Pair pair = rig.pair();
    rig.binding().close();
    rig.binding().close();

    assertThatThrownBy(rig::connect)
        .isInstanceOfSatisfying(
            AgentException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE));
    pair.fromNear(somePackets(8, 10)).join();
    awaitThat("all arrive", () -> pair.atFar().count() == 10);
  }

  @Test
  default void aPlaceInUseIsRefusedWithOneClearLine(LinkRig rig) throws Exception {
    assertThatThrownBy(() -> rig.listen(rig.binding().endpoint()))
        .isInstanceOf(AgentException.class)
        .message()
        .isNotBlank()
        .doesNotContain("\n");
  }

  @Test
  default void aPlaceCanBeTakenAgain(LinkRig rig) throws Exception {
    rig.binding().close();
    rig.listen(rig.binding().endpoint());

    LinkRig.Pair pair = rig.pair();
    pair.fromFar(somePackets(9, 10)).join();
    awaitThat("all arrive", () -> pair.atNear().count() == 10);
  }

  @Test
  default void closingTheTransportEndsItsLinks(LinkRig rig) throws Exception {
    LinkRig.Pair first = rig.pair();
    LinkRig.Pair second = rig.pair();
    rig.listener().close();
    rig.listener().close();

    awaitThat(
        "all four ends",
        () ->
            first.atNear().end().isDone()
                && first.atFar().end().isDone()
                && second.atNear().end().isDone()
                && second.atFar().end().isDone());
    assertThatThrownBy(rig::connect).isInstanceOf(AgentException.class);
  }

  /** Gives the event loop a turn, so that a link's own measure of what is queued is up to date. */
  private static void settle(Link link) throws InterruptedException {
    CountDownLatch turn = new CountDownLatch(1);
    link.executor().execute(turn::countDown);
    turn.await();
  }

  private static List<byte[]> somePackets(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> packets = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int size = random.nextInt(100) == 0 ? random.nextInt(1, 1201) : random.nextInt(1, 64);
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      packets.add(bytes);
    }
    return packets;
  }

  private static byte[] packet(long seed, int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /** Makes the rigs. */
  final class Rigs extends RigExtension<LinkRig> {
    public Rigs() {
      super(LinkRig.class);
    }

    @Override
    LinkRig rigFor(Object test) {
      return new LinkRig((LinkContract) test);
    }
  }
}
