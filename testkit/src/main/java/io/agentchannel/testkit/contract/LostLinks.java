package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.COUNT;
import static io.agentchannel.testkit.contract.Ops.ECHO;
import static io.agentchannel.testkit.contract.Ops.NEWS;
import static io.agentchannel.testkit.contract.Ops.NOTE;
import static io.agentchannel.testkit.contract.Ops.RAW;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.EventSubscription;
import io.agentchannel.Payload;
import io.agentchannel.testkit.Hostility;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Links that are cut after every so many packets, under way in either direction: nothing is lost,
 * repeated or reordered, and handlers run once. The cuts include those in the middle of a
 * handshake.
 */
interface LostLinks extends TransportSetup {
  /** Links cut in a row before one is left alone. */
  int CUTS = 6;

  @Test
  default void aStreamSurvivesCutsAtEveryPlace(World world) {
    AtomicInteger runs = new AtomicInteger();
    Agent library = world.library(b -> countRuns(b, runs));
    int channels = 0;
    for (Hostility cuts : cutsAfterUpTo(12)) {
      assertThat(Streams.collect(world.channelTo(library, cuts).stream(COUNT, 2_000)))
          .as(cuts.toString())
          .isEqualTo(Streams.range(2_000));
      channels++;
    }

    assertThat(runs).hasValue(channels);
  }

  @Test
  default void aLongStreamSurvivesManyCuts(World world) {
    AtomicInteger runs = new AtomicInteger();
    Agent library = world.library(b -> countRuns(b, runs));
    Hostility cuts = Hostility.none().maxPacket(4096).cutAfterReceived(17).times(12);

    assertThat(Streams.collect(world.channelTo(library, cuts).stream(COUNT, 20_000)))
        .isEqualTo(Streams.range(20_000));
    assertThat(runs).hasValue(1);
  }

  @Test
  default void callsRunOnceThroughCutsAtEveryPlace(World world) throws Exception {
    Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
    Agent library =
        world.library(
            b ->
                b.serve(
                    ECHO,
                    (text, call) -> {
                      runs.computeIfAbsent(text, t -> new AtomicInteger()).incrementAndGet();
                      return text;
                    }));
    int calls = 0;
    for (Hostility cuts : cutsAfterUpTo(10)) {
      AgentChannel channel = world.channelTo(library, cuts);
      List<CompletableFuture<String>> together = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String text = cuts + "/" + i;
        assertThat(channel.request(ECHO, text)).isEqualTo(text);
        together.add(channel.requestAsync(ECHO, text + "/together"));
        calls += 2;
      }
      for (CompletableFuture<String> reply : together) {
        assertThat(World.get(reply)).endsWith("/together");
      }
    }

    assertThat(runs).hasSize(calls);
    assertThat(runs.values()).allSatisfy(count -> assertThat(count).hasValue(1));
  }

  @Test
  default void anUploadSurvivesCutsAtEveryPlace(World world) {
    Agent library = world.library(Conversations::serveUpload);
    for (Hostility cuts : cutsAfterUpTo(10)) {
      assertThat(Conversations.upload(world.channelTo(library, cuts), 2_000))
          .as(cuts.toString())
          .isEqualTo(2_000);
    }
  }

  @Test
  default void aLargeMessageSurvivesCutsInItsMiddle(World world) {
    AtomicInteger runs = new AtomicInteger();
    Agent library =
        world.library(
            b ->
                b.serve(
                    RAW,
                    (payload, call) -> {
                      runs.incrementAndGet();
                      return payload;
                    }));
    Payload large = Ops.bytes(2 * Ops.MIB);
    int calls = 0;
    for (int packets : new int[] {4, 7, 11}) {
      for (Hostility cuts : cutsAfter(packets)) {
        Payload reply = world.channelTo(library, cuts).request(RAW, large);
        assertThat(reply.equals(large)).as(cuts.toString()).isTrue();
        calls++;
      }
    }

    assertThat(runs).hasValue(calls);
  }

  @Test
  default void messagesAreTakenOnceThroughCuts(World world) {
    Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
    Agent library =
        world.library(
            b ->
                b.serveOneWay(
                    NOTE,
                    (text, call) ->
                        runs.computeIfAbsent(text, t -> new AtomicInteger()).incrementAndGet()));
    int sent = 0;
    for (Hostility cuts : cutsAfterUpTo(8)) {
      AgentChannel channel = world.channelTo(library, cuts);
      for (int i = 0; i < 20; i++) {
        channel.send(NOTE, cuts + "/" + i);
        sent++;
      }
    }

    int all = sent;
    Conditions.awaitThat("all are handled", () -> runs.size() == all);
    assertThat(runs.values()).allSatisfy(count -> assertThat(count).hasValue(1));
  }

  @Test
  default void eventsSurviveCuts(World world) throws Exception {
    Agent library = world.library(b -> b.topic(NEWS));
    for (int packets : new int[] {4, 6, 9}) {
      Hostility cuts = Hostility.none().cutAfterReceived(packets).times(CUTS);
      Events.Journal journal = new Events.Journal();
      EventSubscription subscription = world.channelTo(library, cuts).subscribe(NEWS, journal);
      World.get(subscription.accepted().toCompletableFuture());
      for (int i = 0; i < 100; i++) {
        library.publish(NEWS, i);
        if (i % 10 == 9) {
          journal.awaitCount(i + 1);
        }
      }

      assertThat(journal.events).as(cuts.toString()).isEqualTo(Streams.range(100));
      assertThat(journal.dropped).hasValue(0);
      subscription.close();
      World.get(journal.closed);
    }
  }

  @Test
  default void aCancelReachesItsHandlerThroughACut(World world) throws Exception {
    for (int packets = 1; packets <= 6; packets++) {
      StreamEnds.Endless endless = new StreamEnds.Endless();
      Agent library = world.library(endless);
      Hostility cuts = Hostility.none().cutAfterSent(packets).times(CUTS);
      try (var stream = world.channelTo(library, cuts).stream(COUNT, 0)) {
        assertThat(stream.iterator().next()).isZero();
      }

      endless.awaitCancelled();
    }
  }

  @Test
  default void delayedPacketsChangeNothing(World world) {
    AtomicInteger runs = new AtomicInteger();
    Agent library = world.library(b -> countRuns(b, runs).serve(ECHO, (text, call) -> text));
    Hostility delays = Hostility.none().delay(Duration.ofMillis(2)).seed(11);
    AgentChannel channel = world.channelTo(library, delays);
    for (int i = 0; i < 20; i++) {
      assertThat(channel.request(ECHO, "call" + i)).isEqualTo("call" + i);
    }

    assertThat(Streams.collect(channel.stream(COUNT, 2_000))).isEqualTo(Streams.range(2_000));
    assertThat(runs).hasValue(1);
  }

  @Test
  default void aSilentLinkIsNoticedAndReplaced(World world) throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Agent library = world.library(b -> countRuns(b, runs));
    for (int packets = 4; packets <= 12; packets += 4) {
      Hostility silence = Hostility.none().maxPacket(4096).silentAfter(packets).times(1);
      Agent caller =
          world.callerOf(
              library,
              silence.applyTo(world.endpoint(library)),
              b ->
                  b.keepAliveInterval(Duration.ofMillis(50))
                      .keepAliveTimeout(Duration.ofMillis(100)));
      AgentChannel channel = caller.channel(World.LIBRARY);

      assertThat(Streams.collect(channel.stream(COUNT, 5_000))).isEqualTo(Streams.range(5_000));
    }
    assertThat(runs).hasValue(3);
  }

  private static AgentBuilder countRuns(AgentBuilder builder, AtomicInteger runs) {
    return builder.serveStream(
        COUNT,
        (count, out, call) -> {
          runs.incrementAndGet();
          for (int i = 0; i < count; i++) {
            out.send(i);
          }
        });
  }

  private static List<Hostility> cutsAfterUpTo(int packets) {
    List<Hostility> all = new ArrayList<>();
    for (int i = 0; i <= packets; i++) {
      all.addAll(cutsAfter(i));
    }
    return all;
  }

  /** The cut once on the way there, once on the way back. */
  private static List<Hostility> cutsAfter(int packets) {
    Hostility small = Hostility.none().maxPacket(4096).times(CUTS);
    return List.of(small.cutAfterSent(packets), small.cutAfterReceived(packets));
  }
}
