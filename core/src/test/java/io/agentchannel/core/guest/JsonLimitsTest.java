package io.agentchannel.core.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Handler;
import io.agentchannel.Operation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What holds a plain client and its handlers back, and what becomes of one that is not held. */
class JsonLimitsTest extends JsonClient {
  private static final GuestLimits SMALL =
      new GuestLimits(4, Duration.ofSeconds(30), 1000, 100_000);

  @Test
  void repliesWaitForAClientThatDoesNotRead() {
    converse();
    link.setRoom(2);
    open("s", "chat", "100000");
    assertThat(link.awaitHeard(2)).hasSize(2);
    awaitBlocked();
    assertThat(link.heard()).hasSize(2);
    link.setRoom(Integer.MAX_VALUE / 2);
    assertThat(link.awaitHeard(100_001)).hasSize(100_001);
    assertThat(link.heard().get(99_999)).contains("\"seq\":100000,", "i99999");
  }

  @Test
  void pausesOfTheLinkLoseNothing() {
    converse();
    link.setRoom(1);
    open("s", "chat", "3000");
    for (int i = 1; i <= 3000; i += 7) {
      link.awaitHeard(i);
      link.setRoom(7);
    }
    link.setRoom(100);
    List<String> heard = link.awaitHeard(3001);
    assertThat(heard).hasSize(3001);
    for (int i = 0; i < 3000; i++) {
      assertThat(heard.get(i)).contains("\"i" + i + "\"");
    }
  }

  @Test
  void clientThatNeverReadsIsCutOff() {
    converse(SMALL);
    link.setRoom(0);
    for (int i = 0; i < 10_000 && !link.isClosed(); i++) {
      link.say("{\"kind\":\"ping\",\"token\":" + (i + 1) + "}");
    }
    assertThat(link.isClosed()).isTrue();
  }

  @Test
  void repliesKeepToTheClientsCreditOnceThereIsSome() {
    converse();
    int each = 64 + 2;
    link.say(
        "{\"kind\":\"open\",\"exchange\":\"s\",\"operation\":\"chat\",\"body\":\"5\",\"credit\":"
            + 2 * each
            + "}");
    assertThat(link.awaitHeard(2)).hasSize(2);
    awaitBlocked();
    assertThat(link.heard()).hasSize(2);
    credit("s", 3 * each);
    assertThat(link.awaitHeard(3)).hasSize(3);
    credit("s", each);
    awaitBlocked();
    assertThat(link.heard()).hasSize(3);
    credit("s", 100 * each);
    assertThat(link.awaitHeard(6).get(5)).contains("\"OK\"");
  }

  @Test
  void cancelOfACallWithoutCreditIsAnswered() {
    converse();
    link.say(
        "{\"kind\":\"open\",\"exchange\":\"s\",\"operation\":\"chat\",\"body\":\"5\",\"credit\":1}");
    awaitBlocked();
    link.say("{\"kind\":\"cancel\",\"exchange\":\"s\"}");
    assertThat(link.awaitHeard(1).get(0)).contains("CANCELLED");
  }

  @Test
  void clientGetsCreditAsItsMessagesAreTaken() {
    converse(SMALL);
    link.say("{\"kind\":\"open\",\"exchange\":\"t\",\"operation\":\"talk\"}");
    String message = "m".repeat(400);
    link.say("{\"kind\":\"item\",\"exchange\":\"t\",\"body\":\"" + message + "\"}");
    link.awaitHeard(1);
    link.say("{\"kind\":\"item\",\"exchange\":\"t\",\"body\":\"" + message + "\"}");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(link.heard())
                    .contains("{\"kind\":\"credit\",\"exchange\":\"t\",\"credit\":1928}"));
  }

  @Test
  void clientThatIgnoresItsCreditLosesTheCall() {
    CompletableFuture<Void> go = new CompletableFuture<>();
    Handler.Duplex<String, String> waiting =
        (talk, call) -> {
          call.onCancel(() -> go.complete(null));
          go.get();
        };
    rig.serve(Operation.duplex("deaf", String.class, String.class), waiting);
    converse(SMALL);
    link.say("{\"kind\":\"open\",\"exchange\":\"t\",\"operation\":\"deaf\"}");
    String large = "m".repeat(5000);
    link.say("{\"kind\":\"item\",\"exchange\":\"t\",\"body\":\"" + large + "\"}");
    assertThat(link.heard()).isEmpty();
    link.say("{\"kind\":\"item\",\"exchange\":\"t\",\"body\":\"more\"}");
    assertThat(link.awaitHeard(1).get(0)).contains("RESOURCE_EXHAUSTED", "\"exchange\":\"t\"");
    link.say("{\"kind\":\"ping\",\"token\":7}");
    assertThat(link.awaitHeard(2).get(1)).contains("pong");
  }

  @Test
  void tooManyCallsAtOnceAreRefused() {
    converse(SMALL);
    for (int i = 0; i < 4; i++) {
      link.say("{\"kind\":\"open\",\"exchange\":\"" + i + "\",\"operation\":\"talk\"}");
    }
    link.say("{\"kind\":\"open\",\"exchange\":\"4\",\"operation\":\"talk\"}");
    assertThat(link.awaitHeard(1).get(0))
        .contains("\"exchange\":\"4\"", "RESOURCE_EXHAUSTED", "NOT_SENT");
    link.say("{\"kind\":\"item\",\"exchange\":\"0\",\"last\":true}");
    link.awaitHeard(2);
    Awaitility.await().untilAsserted(() -> assertThat(dispatcher.running()).isEqualTo(3));
    link.say(
        "{\"kind\":\"open\",\"exchange\":\"4\",\"operation\":\"ask\",\"body\":{\"text\":\"a\"}}");
    assertThat(link.awaitHeard(3).get(2)).contains("\"A\"");
  }

  @Test
  void largeBodiesPassBothWays() {
    converse();
    String large = "x".repeat(1 << 20);
    link.say(
        "{\"kind\":\"open\",\"exchange\":\"a\",\"operation\":\"ask\",\"body\":{\"text\":\""
            + large
            + "\"}}");
    assertThat(link.awaitHeard(1).get(0)).contains("X".repeat(1 << 20));
  }

  @Test
  void replyThatTheLinkCannotCarryFailsItsCall() {
    converse(GuestLimits.DEFAULTS, 2000);
    String large = "x".repeat(3000);
    link.say(
        "{\"kind\":\"open\",\"exchange\":\"a\",\"operation\":\"ask\",\"body\":{\"text\":\""
            + large
            + "\"}}");
    assertThat(link.awaitHeard(1).get(0)).contains("RESOURCE_EXHAUSTED", "PROCESSED");
    open("b", "endless", "3000");
    assertThat(link.awaitHeard(2).get(1)).contains("RESOURCE_EXHAUSTED", "\"exchange\":\"b\"");
    assertThat(link.isClosed()).isFalse();
  }

  /** Some handler waits for room. */
  private static void awaitBlocked() {
    Awaitility.await()
        .until(
            () ->
                Thread.getAllStackTraces().values().stream()
                    .flatMap(Arrays::stream)
                    .anyMatch(
                        frame ->
                            frame.getClassName().endsWith(".ReplyGate")
                                && frame.getMethodName().equals("await")));
  }
}
