package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.ECHO;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Unary;
import io.agentchannel.testkit.contract.ManInTheMiddle.Direction;
import io.agentchannel.testkit.contract.ManInTheMiddle.Packet;
import io.agentchannel.testkit.contract.ManInTheMiddle.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Somebody on the way reads, changes, repeats, drops, reorders and invents packets: no handler runs
 * that the caller did not ask for, and nothing of what is said can be read. Skipped where {@link
 * TransportSetup#middleBefore} is null.
 */
interface Sealing extends TransportSetup {
  /** Packets to the target before the first that can hold a call. */
  int HANDSHAKE = 2;

  Unary<String, String> SECRET = Operation.unary("hushhushoperation", String.class, String.class);

  @Test
  default void nothingThatIsSaidCanBeReadOnTheWay(World world) throws Exception {
    Agent library =
        world.library(b -> b.name("hushhushlibrary").serve(SECRET, (text, call) -> "re" + text));
    ManInTheMiddle middle = world.middleBefore(library, Script.HONEST);
    AgentChannel channel =
        world
            .callerOf(library, middle.entrance(), b -> b.name("hushhushcaller"))
            .channel(World.LIBRARY);
    CallOptions options =
        CallOptions.timeout(Duration.ofSeconds(10)).withMetadata("hushhushkey", "hushhushvalue");

    assertThat(channel.request(SECRET, "hushhushbody", options)).isEqualTo("rehushhushbody");
    assertThat(channel.request(Operation.raw("agentchannel.describe"), Ops.bytes(0))).isNotNull();

    List<Packet> seen = middle.seen();
    assertThat(seen).hasSizeGreaterThan(6);
    for (Packet packet : seen) {
      assertThat(text(packet.bytes())).doesNotContain("hushhush");
      assertThat(text(packet.bytes())).doesNotContain(text(library.id().publicKey()));
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** What is done to every packet that could hold a call. */
  enum Damage {
    FLIPPED_FIRST_BIT,
    FLIPPED_COUNTER,
    FLIPPED_MIDDLE,
    FLIPPED_LAST_BIT,
    CUT_SHORT,
    LENGTHENED,
    REPLACED;

    byte[] of(byte[] packet) {
      byte[] changed = packet.clone();
      switch (this) {
        case FLIPPED_FIRST_BIT -> changed[0] ^= (byte) 0x80;
        case FLIPPED_COUNTER -> changed[Math.min(11, changed.length - 1)] ^= 1;
        case FLIPPED_MIDDLE -> changed[changed.length / 2] ^= 4;
        case FLIPPED_LAST_BIT -> changed[changed.length - 1] ^= 1;
        case CUT_SHORT -> changed = java.util.Arrays.copyOf(packet, Math.max(1, packet.length - 7));
        case LENGTHENED -> changed = java.util.Arrays.copyOf(packet, packet.length + 3);
        case REPLACED -> java.util.Arrays.fill(changed, (byte) 7);
      }
      return changed;
    }
  }

  @Test
  default void changedPacketsRunNoHandler(World world) throws Exception {
    Queue<String> runs = new ConcurrentLinkedQueue<>();
    Agent library = world.library(b -> serve(b, runs));
    Map<Damage, CompletableFuture<String>> calls = new EnumMap<>(Damage.class);
    for (Damage damage : Damage.values()) {
      Script script =
          (passage, direction, number, packet) ->
              passage.send(
                  direction,
                  direction == Direction.TO_TARGET && number > HANDSHAKE
                      ? damage.of(packet)
                      : packet);
      calls.put(damage, callThrough(world.middleBefore(library, script), world, library));
    }

    calls.forEach(
        (damage, call) ->
            assertThat(World.failureOf(call).code())
                .as("%s", damage)
                .isIn(Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE));
    assertThat(runs).isEmpty();
    assertUnharmed(world, library, runs);
  }

  /** A call that will not get far. */
  private static CompletableFuture<String> callThrough(
      ManInTheMiddle middle, World world, Agent library) {
    return world
        .channelTo(library, middle.entrance())
        .requestAsync(ECHO, "x", CallOptions.timeout(Duration.ofMillis(500)));
  }

  /** What is done to one packet, once: the calls must come out as if it had not been. */
  enum Mischief {
    DROP,
    SWAP,
    TWICE,
    TWICE_LATER,
    INJECT,
    CHANGE
  }

  @Test
  default void callsComeOutRightWhateverIsDoneToAPacket(World world) throws Exception {
    for (Mischief mischief : Mischief.values()) {
      for (Direction victim : Direction.values()) {
        Queue<String> runs = new ConcurrentLinkedQueue<>();
        Agent library = world.library(b -> serve(b, runs));
        ManInTheMiddle middle = world.middleBefore(library, new OneTrick(mischief, victim, 5));
        AgentChannel channel =
            world
                .callerOf(
                    library,
                    middle.entrance(),
                    b ->
                        b.keepAliveInterval(Duration.ofMillis(200))
                            .keepAliveTimeout(Duration.ofMillis(300)))
                .channel(World.LIBRARY);
        for (int i = 0; i < 8; i++) {
          assertThat(channel.request(ECHO, "call " + i)).isEqualTo("call " + i);
        }
        assertThat(runs).as("%s %s", mischief, victim).hasSize(8).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  default void aRecordedSessionThatIsPlayedAgainRunsNothing(World world) throws Exception {
    Queue<String> runs = new ConcurrentLinkedQueue<>();
    Agent library = world.library(b -> serve(b, runs));
    ManInTheMiddle middle = world.middleBefore(library, Script.HONEST);
    AgentChannel channel = world.channelTo(library, middle.entrance());
    assertThat(channel.request(ECHO, "pay the bill")).isEqualTo("pay the bill");
    List<byte[]> recorded =
        middle.seen().stream()
            .filter(packet -> packet.direction() == Direction.TO_TARGET)
            .map(Packet::bytes)
            .toList();
    assertThat(recorded).hasSizeGreaterThan(HANDSHAKE);

    Passage replay = middle.dial();
    recorded.forEach(packet -> replay.send(Direction.TO_TARGET, packet));

    assertUnharmed(world, library, runs);
    assertThat(runs).containsExactly("pay the bill", "unharmed");
  }

  @Test
  default void anotherAgentInThePlaceOfTheRightOneIsRefused(World world) {
    Queue<String> runs = new ConcurrentLinkedQueue<>();
    Agent library = world.library(b -> serve(b, runs));
    Queue<String> overheard = new ConcurrentLinkedQueue<>();
    Agent mallory = world.library(b -> serve(b, overheard).name("mallory"));
    AgentChannel channel = world.channelTo(library, world.endpoint(mallory));

    AgentException failure =
        World.failureOf(
            () -> channel.request(ECHO, "for the library", CallOptions.timeout(WRONG_PEER)));

    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(overheard).isEmpty();
    assertThat(runs).isEmpty();
    if (isDirect()) {
      assertThat(failure.code()).isEqualTo(Code.UNAUTHENTICATED);
      assertThat(failure)
          .hasMessageContaining(library.id().toString())
          .hasMessageContaining(mallory.id().toString())
          .hasMessageContaining("set its new id");
    }
  }

  /** Where others write into a link, a wrong answer is passed over until time is up. */
  Duration WRONG_PEER = Duration.ofSeconds(2);

  /** How a handshake is interfered with. */
  enum Forgery {
    FIRST_CHANGED,
    FIRST_REPLACED,
    SECOND_CHANGED,
    SECOND_REFLECTED,
    THIRD_CHANGED,
    THIRD_FROM_ANOTHER_LINK,
    REFUSED
  }

  @Test
  default void aForgedHandshakeRunsNothing(World world) throws Exception {
    Queue<String> runs = new ConcurrentLinkedQueue<>();
    Agent library = world.library(b -> serve(b, runs));
    Map<Forgery, CompletableFuture<String>> calls = new EnumMap<>(Forgery.class);
    for (Forgery forgery : Forgery.values()) {
      ManInTheMiddle middle = world.middleBefore(library, new Forger(forgery));
      calls.put(forgery, callThrough(middle, world, library));
    }

    calls.forEach(
        (forgery, call) -> {
          AgentException failure = World.failureOf(call);
          assertThat(failure.outcome()).as("%s", forgery).isEqualTo(Outcome.NOT_SENT);
          assertThat(failure.code())
              .as("%s", forgery)
              .isNotIn(Code.PERMISSION_DENIED, Code.APPLICATION);
        });
    assertThat(runs).isEmpty();
    assertUnharmed(world, library, runs);
  }

  @Test
  default void anyoneMayConnectAndNobodyIsHarmedByWhatHeSays(World world) throws Exception {
    Queue<String> runs = new ConcurrentLinkedQueue<>();
    Agent library = world.library(b -> serve(b, runs));
    ManInTheMiddle middle = world.middleBefore(library, Script.HONEST);
    for (int i = 0; i < 40; i++) {
      Passage stranger = middle.dial();
      byte[] packet = new byte[1 + i * 29];
      new java.util.Random(i).nextBytes(packet);
      stranger.send(Direction.TO_TARGET, packet);
      if (isDirect()) {
        stranger.end().get(10, TimeUnit.SECONDS);
      }
    }
    assertUnharmed(world, library, runs);
  }

  private static AgentBuilder serve(AgentBuilder builder, Queue<String> runs) {
    return builder.serve(
        ECHO,
        (text, call) -> {
          runs.add(text);
          return text;
        });
  }

  /** Somebody else's call goes through, after all that came before it has been dealt with. */
  private static void assertUnharmed(World world, Agent library, Queue<String> runs) {
    assertThat(world.channelTo(library).request(ECHO, "unharmed")).isEqualTo("unharmed");
    assertThat(runs).contains("unharmed");
  }
}
