package io.agentchannel.core.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Duplex;
import io.agentchannel.Handler;
import io.agentchannel.Operation;
import io.agentchannel.spi.GuestCalls.Guest;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class JsonConversationTest extends JsonClient {
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
}
