package io.agentchannel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Unary;
import io.agentchannel.testkit.contract.LeakCheck;
import io.agentchannel.testkit.contract.ManInTheMiddle;
import io.agentchannel.testkit.contract.ManInTheMiddle.Direction;
import io.agentchannel.testkit.contract.ManInTheMiddle.Script;
import io.agentchannel.testkit.contract.Passage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Links through something that anybody can write into, and that takes everything at any pace. */
class BrokeredLinkTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);

  private static final Unary<Payload, Payload> SIZE = Operation.raw("size");
  private static final String AT = "hostile+memory://*?hostile.path=brokered";

  private final LeakCheck leaks = LeakCheck.begin();
  private final AtomicInteger runs = new AtomicInteger();
  private final List<AutoCloseable> closeables = new ArrayList<>();
  private final Agent library =
      keep(
          agent("library")
              .listen(AT)
              .serve(
                  ECHO,
                  (text, call) -> {
                    runs.incrementAndGet();
                    return text;
                  })
              .serve(SIZE, (body, call) -> Payload.ofText(Integer.toString(body.size())))
              .start());

  @AfterEach
  void close() throws Exception {
    for (int i = closeables.size() - 1; i >= 0; i--) {
      closeables.get(i).close();
    }
    leaks.assertNothingLeft();
  }

  private <T extends AutoCloseable> T keep(T one) {
    closeables.add(one);
    return one;
  }

  private static AgentBuilder agent(String name) {
    return Agent.builder(
        AgentConfig.of(
            Map.of(
                "name",
                name,
                "identity",
                "ephemeral",
                "trust.policy",
                "open",
                "drain",
                "100ms",
                "limits.unacknowledged",
                "64KiB")));
  }

  private ManInTheMiddle middle(Script script) throws Exception {
    return keep(
        ManInTheMiddle.between(
            URI.create(AT), library.endpoints().get(0), library.id(), Map.of(), script));
  }

  private AgentChannel channelThrough(ManInTheMiddle middle) {
    return keep(agent("caller")
            .peers(
                Map.of(
                    "library",
                    Map.of(
                        "id",
                        library.id().toString(),
                        "at",
                        List.of(middle.entrance().toString()))))
            .start())
        .channel("library");
  }

  @Test
  void whatOthersWriteIntoALinkDoesNotDisturbIt() throws Exception {
    Random random = new Random(3);
    ManInTheMiddle middle =
        middle(
            (passage, direction, number, packet) -> {
              for (int i = 0; i < 3; i++) {
                passage.send(direction, invented(random, packet, i));
              }
              passage.send(direction, packet);
              passage.send(direction, packet);
            });
    AgentChannel channel = channelThrough(middle);

    for (int i = 0; i < 50; i++) {
      assertThat(channel.request(ECHO, "call " + i)).isEqualTo("call " + i);
    }

    assertThat(runs).hasValue(50);
    assertThat(middle.passages()).isEqualTo(1);
    assertThat(channel.explain().routes().get(0).failures()).isZero();
  }

  /** Noise, a changed copy, or the beginning of a handshake that was never asked for. */
  private static byte[] invented(Random random, byte[] packet, int kind) {
    byte[] invented = kind == 0 ? new byte[1 + random.nextInt(200)] : packet.clone();
    if (kind == 0) {
      random.nextBytes(invented);
    } else if (kind == 1) {
      invented[random.nextInt(invented.length)] ^= (byte) (1 + random.nextInt(255));
    } else {
      invented = new byte[] {'A', 'C', 'H', (byte) 0xff, 10, 0, 1, 'X'};
    }
    return invented;
  }

  @Test
  void aPacketThatIsMissingEndsTheLinkAndTheCallsGoOn() throws Exception {
    ManInTheMiddle middle =
        middle(
            new Script() {
              private boolean dropped;

              @Override
              public void onPacket(
                  Passage passage, Direction direction, int number, byte[] packet) {
                if (direction == Direction.TO_TARGET && number == 5 && !dropped) {
                  dropped = true;
                } else {
                  passage.send(direction, packet);
                }
              }
            });
    AgentChannel channel = channelThrough(middle);

    for (int i = 0; i < 20; i++) {
      assertThat(channel.request(ECHO, "call " + i)).isEqualTo("call " + i);
    }

    assertThat(runs).hasValue(20);
    assertThat(middle.passages()).isEqualTo(2);
  }

  @Test
  void aRefusalInClearIsNoMoreThanAHint() throws Exception {
    ManInTheMiddle middle =
        middle(
            (passage, direction, number, packet) ->
                passage.send(
                    direction,
                    direction == Direction.TO_CALLER
                        ? new byte[] {
                          'A', 'C', 'H', (byte) 0xff, 11, 0, 7, 'g', 'o', ' ', 'a', 'w', 'a', 'y'
                        }
                        : packet));
    AgentChannel channel = channelThrough(middle);

    CompletableFuture<String> reply =
        channel.requestAsync(ECHO, "x", CallOptions.timeout(Duration.ofSeconds(30)));
    // The link is given up after the time of a handshake, and says what it heard.
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> channel.explain().routes().get(0).lastError() != null);
    reply.cancel(false);

    assertThat(channel.explain().routes().get(0).lastError())
        .contains("what came before did not help")
        .contains("go away");
    assertThat(runs).hasValue(0);
  }

  /** The middle takes everything at once and passes it on slowly. */
  @Test
  void noMoreThanTheLimitIsOnTheWay() throws Exception {
    ScheduledExecutorService slowly = Executors.newSingleThreadScheduledExecutor();
    keep(slowly::shutdownNow);
    AtomicLong onTheWay = new AtomicLong();
    AtomicLong most = new AtomicLong();
    AtomicLong total = new AtomicLong();
    ManInTheMiddle middle =
        middle(
            (passage, direction, number, packet) -> {
              if (direction == Direction.TO_CALLER) {
                passage.send(direction, packet);
                return;
              }
              total.addAndGet(packet.length);
              most.accumulateAndGet(onTheWay.addAndGet(packet.length), Math::max);
              slowly.schedule(
                  () -> {
                    onTheWay.addAndGet(-packet.length);
                    passage.send(direction, packet);
                  },
                  1,
                  TimeUnit.MILLISECONDS);
            });
    AgentChannel channel = channelThrough(middle);
    List<CompletableFuture<Payload>> replies = new ArrayList<>();
    byte[] body = new byte[512 << 10];

    for (int i = 0; i < 8; i++) {
      replies.add(channel.requestAsync(SIZE, Payload.of("application/x-noise", body)));
    }
    for (CompletableFuture<Payload> reply : replies) {
      assertThat(reply.get(20, TimeUnit.SECONDS).utf8()).isEqualTo(Integer.toString(body.length));
    }

    assertThat(total.get()).isGreaterThan(4 << 20);
    // The packet that reaches the limit is whole.
    assertThat(most.get()).isLessThanOrEqualTo((64 << 10) + (128 << 10));
    assertThat(middle.passages()).isEqualTo(1);
  }

  @Test
  void aPeerWithoutAnIdIsNotBelievedThere() {
    Agent caller = keep(agent("caller").start());
    AgentChannel channel = caller.channel(library.endpoints().get(0).toString());

    AgentException failure =
        catchThrowableOfType(AgentException.class, () -> channel.request(ECHO, "x"));

    assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(failure).hasMessageContaining("id");
  }
}
