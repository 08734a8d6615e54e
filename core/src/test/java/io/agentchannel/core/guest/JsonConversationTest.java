package io.agentchannel.core.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Duplex;
import io.agentchannel.Handler;
import io.agentchannel.OneWay;
import io.agentchannel.Operation;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import io.agentchannel.core.DirectSection;
import io.agentchannel.core.config.GuestRules;
import io.agentchannel.core.serve.Dispatcher;
import io.agentchannel.core.serve.Rig;
import io.agentchannel.spi.GuestCalls.Guest;
import io.agentchannel.spi.GuestCalls.Visit;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JsonConversationTest {
  record Question(String text) {}

  private static final Unary<Question, Question> ASK =
      Operation.unary("ask", Question.class, Question.class);
  private static final Streaming<String, String> CHAT =
      Operation.streaming("chat", String.class, String.class);
  private static final Duplex<String, String> TALK =
      Operation.duplex("talk", String.class, String.class);
  private static final OneWay<String> NOTE = Operation.oneWay("note", String.class);
  private static final GuestLimits SMALL =
      new GuestLimits(4, Duration.ofSeconds(30), 1000, 100_000);

  private final Rig rig = new Rig();
  private TextLink link;
  private Dispatcher dispatcher = rig.dispatcher();

  @AfterEach
  void close() throws Exception {
    link.shutDown();
    Awaitility.await().untilAsserted(() -> assertThat(dispatcher.running()).isZero());
    rig.close();
  }

  @Test
  void unaryCallIsAnsweredByOneItem() {
    converse();
    link.say(
        """
        {"kind":"open","exchange":"any string","operation":"ask","body":{"text":"hi"},"last":true}
        """);
    assertThat(link.awaitHeard(1))
        .containsExactly(
            "{\"kind\":\"item\",\"exchange\":\"any string\",\"seq\":1,\"body\":{\"text\":\"HI\"},"
                + "\"last\":true}");
  }

  @Test
  void lastMayBeLeftOutWhereThereIsOneRequest() {
    converse();
    link.say(
        "{\"kind\":\"open\",\"exchange\":\"a\",\"operation\":\"ask\",\"body\":{\"text\":\"hi\"}}");
    assertThat(link.awaitHeard(1).get(0)).contains("HI");
    link.say("{\"kind\":\"item\",\"exchange\":\"a\",\"last\":true}");
    assertThat(link.heard()).hasSize(1);
  }

  @Test
  void requestMayFollowItsOpen() {
    converse();
    link.say("{\"kind\":\"open\",\"exchange\":\"a\",\"operation\":\"ask\"}");
    link.say("{\"kind\":\"item\",\"exchange\":\"a\",\"body\":{\"text\":\"hi\"},\"last\":true}");
    assertThat(link.awaitHeard(1).get(0)).contains("HI");
  }

  @Test
  void streamIsNumberedAndEndsWithOk() {
    converse();
    open("s", "chat", "3");
    assertThat(link.awaitHeard(4))
        .containsExactly(
            "{\"kind\":\"item\",\"exchange\":\"s\",\"seq\":1,\"body\":\"i0\"}",
            "{\"kind\":\"item\",\"exchange\":\"s\",\"seq\":2,\"body\":\"i1\"}",
            "{\"kind\":\"item\",\"exchange\":\"s\",\"seq\":3,\"body\":\"i2\"}",
            "{\"kind\":\"end\",\"exchange\":\"s\",\"seq\":4,\"status\":{\"code\":\"OK\"}}");
  }

  @Test
  void oneWayIsAcknowledged() {
    converse();
    open("n", "note", "milk");
    assertThat(link.awaitHeard(1).get(0)).contains("\"end\"").contains("\"OK\"");
  }

  @Test
  void conversationGoesBothWays() {
    converse();
    link.say("{\"kind\":\"open\",\"exchange\":\"t\",\"operation\":\"talk\"}");
    link.say("{\"kind\":\"item\",\"exchange\":\"t\",\"body\":\"a\"}");
    assertThat(link.awaitHeard(1).get(0)).contains("echo a");
    link.say("{\"kind\":\"item\",\"exchange\":\"t\",\"body\":\"b\"}");
    assertThat(link.awaitHeard(2).get(1)).contains("echo b");
    link.say("{\"kind\":\"item\",\"exchange\":\"t\",\"last\":true}");
    assertThat(link.awaitHeard(3).get(2)).contains("\"OK\"");
  }

  @Test
  void failuresComeWithTheirStatus() {
    converse();
    open("x", "nothing", "q");
    assertThat(link.awaitHeard(1).get(0))
        .contains("\"exchange\":\"x\"", "UNIMPLEMENTED", "NOT_SENT", "no operation nothing");
    link.say("{\"kind\":\"open\",\"exchange\":\"y\",\"operation\":\"ask\",\"body\":[1]}");
    assertThat(link.awaitHeard(2).get(1)).contains("INVALID_ARGUMENT");
    link.say("{\"kind\":\"open\",\"exchange\":\"z\",\"operation\":\"ask\",\"last\":true}");
    assertThat(link.awaitHeard(3).get(2)).contains("INVALID_ARGUMENT", "none came");
    link.say(
        "{\"kind\":\"open\",\"exchange\":\"k\",\"operation\":\"ask\",\"call\":\"streaming\","
            + "\"body\":{\"text\":\"x\"}}");
    assertThat(link.awaitHeard(4).get(3)).contains("UNIMPLEMENTED", "unary");
  }

  @Test
  void cancelEndsTheCall() {
    converse();
    link.say("{\"kind\":\"open\",\"exchange\":\"t\",\"operation\":\"talk\"}");
    link.say("{\"kind\":\"cancel\",\"exchange\":\"t\"}");
    assertThat(link.awaitHeard(1).get(0)).contains("\"end\"", "CANCELLED");
    link.say("{\"kind\":\"cancel\",\"exchange\":\"t\"}");
    link.say("{\"kind\":\"cancel\",\"exchange\":\"never was\"}");
    assertThat(link.heard()).hasSize(1);
  }

  @Test
  void nameInUseChangesNothingAndIsFreeAfterwards() {
    converse();
    link.say("{\"kind\":\"open\",\"exchange\":\"t\",\"operation\":\"talk\"}");
    open("t", "ask", "q");
    assertThat(link.awaitHeard(1).get(0)).contains("\"exchange\":\"\"", "ALREADY_EXISTS");
    link.say("{\"kind\":\"item\",\"exchange\":\"t\",\"body\":\"a\",\"last\":true}");
    assertThat(link.awaitHeard(3).get(1)).contains("echo a");
    link.say(
        "{\"kind\":\"open\",\"exchange\":\"t\",\"operation\":\"ask\",\"body\":{\"text\":\"hi\"}}");
    assertThat(link.awaitHeard(4).get(3)).contains("HI");
  }

  @Test
  void garbageIsAnsweredAndTheConnectionGoesOn() {
    converse();
    String[] garbage = {
      "", "hello", "[]", "{}", "{\"kind\":\"open\"}", "{\"kind\":\"jump\",\"exchange\":\"a\"}"
    };
    for (int i = 0; i < garbage.length; i++) {
      link.say(garbage[i]);
      assertThat(link.awaitHeard(i + 1).get(i))
          .contains("\"kind\":\"end\"", "\"exchange\":\"\"", "INVALID_ARGUMENT");
    }
    link.say(new byte[] {(byte) 0xff, 'a'});
    assertThat(link.awaitHeard(7).get(6)).contains("not UTF-8");
    link.say("{\"kind\":\"end\",\"exchange\":\"a\",\"status\":{\"code\":\"OK\"}}");
    assertThat(link.awaitHeard(8).get(7)).contains("INVALID_ARGUMENT");
    link.say("{\"kind\":\"item\",\"exchange\":\"a\",\"body\":1}");
    assertThat(link.awaitHeard(9).get(8)).contains("\"exchange\":\"a\"", "no such exchange");
    link.say("{\"kind\":\"ping\",\"token\":7}");
    assertThat(link.awaitHeard(10).get(9)).isEqualTo("{\"kind\":\"pong\",\"token\":7}");
    assertThat(link.isClosed()).isFalse();
  }

  @Test
  void onlyGarbageEndsTheConnection() {
    converse();
    for (int i = 0; i < 15; i++) {
      link.say("garbage");
    }
    link.say("{\"kind\":\"ping\",\"token\":7}");
    for (int i = 0; i < 15; i++) {
      link.say("garbage");
    }
    assertThat(link.isClosed()).isFalse();
    link.say("garbage");
    assertThat(link.isClosed()).isTrue();
  }

  @Test
  void endOfTheLinkCancelsItsCalls() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(2);
    Handler.Duplex<String, String> handler =
        (talk, call) -> {
          call.onCancel(cancelled::countDown);
          talk.receive();
        };
    Duplex<String, String> wait = Operation.duplex("wait", String.class, String.class);
    rig.serve(wait, handler);
    converse();
    link.say("{\"kind\":\"open\",\"exchange\":\"1\",\"operation\":\"wait\"}");
    link.say("{\"kind\":\"open\",\"exchange\":\"2\",\"operation\":\"wait\"}");
    Awaitility.await().untilAsserted(() -> assertThat(dispatcher.running()).isEqualTo(2));
    link.close();
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closedGuestClosesItsLink() {
    Guest guest = converse();
    guest.close();
    assertThat(link.isClosed()).isTrue();
  }

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

  @Test
  void directHandlersOfAGuestMayNotBlock() {
    converse();
    open("d", "sleepy", "q");
    assertThat(link.awaitHeard(1).get(0)).contains("INTERNAL");
  }

  @Test
  void timeoutAndKeyAndMetadataReachTheCall() {
    converse();
    link.say(
        "{\"kind\":\"open\",\"exchange\":\"a\",\"operation\":\"context\",\"body\":\"q\","
            + "\"timeout\":\"1h\",\"metadata\":{\"Trace\":\"7\"},\"key\":\"k1\"}");
    assertThat(link.awaitHeard(1).get(0)).contains("trace=7").contains("PT59M");
  }

  @Test
  void manyExchangesShareTheConnection() {
    converse();
    for (int i = 0; i < 500; i++) {
      open("s" + i, "chat", "5");
    }
    List<String> heard = link.awaitHeard(3000);
    assertThat(heard).hasSize(3000);
    for (int i = 0; i < 500; i++) {
      String name = "\"s" + i + "\"";
      List<String> mine = heard.stream().filter(text -> text.contains(name)).toList();
      for (int seq = 1; seq <= 6; seq++) {
        assertThat(mine.get(seq - 1)).contains("\"seq\":" + seq);
      }
    }
  }

  private Guest converse() {
    return converse(GuestLimits.DEFAULTS);
  }

  private Guest converse(GuestLimits limits) {
    return converse(limits, 32 << 20);
  }

  private Guest converse(GuestLimits limits, int maxPacket) {
    link = new TextLink(maxPacket);
    AtomicInteger ignored = new AtomicInteger();
    Handler.Unary<Question, Question> ask =
        (q, call) -> new Question(q.text().toUpperCase(Locale.ROOT));
    Handler.Stream<String, String> chat =
        (q, out, call) -> {
          for (int i = 0; i < Integer.parseInt(q); i++) {
            out.send("i" + i);
          }
        };
    Handler.Stream<String, String> endless =
        (q, out, call) -> {
          while (true) {
            out.send("x".repeat(Integer.parseInt(q)));
          }
        };
    Handler.Duplex<String, String> talk =
        (conversation, call) -> {
          String message;
          while ((message = conversation.receive()) != null) {
            conversation.send("echo " + message);
          }
        };
    Handler.OneWay<String> note = (q, call) -> ignored.incrementAndGet();
    Handler.Unary<String, String> sleepy =
        (q, call) -> {
          DirectSection.requireMayBlock("sleeping");
          return "slept";
        };
    Handler.Unary<String, String> context = (q, call) -> call.metadata() + " " + call.timeLeft();
    rig.serve(ASK, ask)
        .serve(CHAT, chat)
        .serve(Operation.streaming("endless", String.class, String.class), endless)
        .serve(TALK, talk)
        .serve(NOTE, note)
        .serveDirect(Operation.unary("sleepy", String.class, String.class), sleepy)
        .serve(Operation.unary("context", String.class, String.class), context);
    dispatcher = rig.dispatcher();
    GuestRules rules = new GuestRules(GuestRules.Mode.LOOPBACK, Map.of(), List.of(), List.of());
    GuestDoor door = new GuestDoor(rules, dispatcher, rig.identity(), rig.services(), limits);
    Guest guest =
        door.admit(
            new Visit("ws", InetAddress.getLoopbackAddress(), "localhost:7080", null, false, null));
    guest.converse(link);
    return guest;
  }

  private void open(String name, String operation, String body) {
    link.say(
        "{\"kind\":\"open\",\"exchange\":\""
            + name
            + "\",\"operation\":\""
            + operation
            + "\",\"body\":\""
            + body
            + "\",\"last\":true}");
  }

  private void credit(String name, long bytes) {
    link.say("{\"kind\":\"credit\",\"exchange\":\"" + name + "\",\"credit\":" + bytes + "}");
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
