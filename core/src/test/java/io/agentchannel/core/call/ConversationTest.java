package io.agentchannel.core.call;

import static io.agentchannel.core.call.Fixture.TALK;
import static io.agentchannel.core.call.Fixture.awaitParked;
import static io.agentchannel.core.call.Fixture.failureOf;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Conversation;
import io.agentchannel.Outcome;
import io.agentchannel.core.DirectSection;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConversationTest {

  @Test
  void messagesGoBothWaysInOrder() throws Exception {
    try (Fixture on = new Fixture(ConversationTest::echo)) {
      try (Conversation<String, String> talk = on.channel.open(TALK)) {
        talk.send("one");
        talk.send("two");
        assertThat(talk.receive()).isEqualTo("re: one");
        assertThat(talk.receive()).isEqualTo("re: two");
      }
      on.peer.next().awaitCancel();
    }
  }

  @Test
  void nothingIsSentByOpeningIt() throws Exception {
    try (Fixture on = new Fixture()) {
      try (Conversation<String, String> talk = on.channel.open(TALK)) {
        assertThat(on.peer.next().items).isEmpty();
        assertThat(talk).isNotNull();
      }
    }
  }

  @Test
  void completeEndsOneDirectionOnly() throws Exception {
    try (Fixture on = new Fixture()) {
      try (Conversation<String, String> talk = on.channel.open(TALK)) {
        ScriptedPeer.Exchange exchange = on.peer.next();
        talk.complete();
        talk.complete();
        assertThat(exchange.completed).isCompleted();
        AgentException failure = failureOf(() -> talk.send("more"));
        assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
        exchange.reply("still here", false);
        assertThat(talk.receive()).isEqualTo("still here");
        exchange.reply("bye", true);
        assertThat(talk.receive()).isEqualTo("bye");
        assertThat(talk.receive()).isNull();
        assertThat(talk.receive()).isNull();
      }
    }
  }

  @Test
  void sendAfterThePeerHasEndedFails() throws Exception {
    try (Fixture on = new Fixture(exchange -> exchange.replies.end(null))) {
      Conversation<String, String> talk = on.channel.open(TALK);
      AgentException failure = failureOf(() -> talk.send("hello?"));
      assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
      assertThat(failure.outcome()).isEqualTo(Outcome.PROCESSED);
      assertThat(talk.receive()).isNull();
    }
  }

  @Test
  void failureIsToldToTheSenderAtOnceAndToTheReceiverBehindTheMessages() throws Exception {
    try (Fixture on = new Fixture()) {
      Conversation<String, String> talk = on.channel.open(TALK);
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("one", false);
      exchange.end(AgentException.application("enough"));
      await().untilAsserted(() -> assertThat(failureOf(() -> talk.send("x"))).hasMessage("enough"));
      assertThat(talk.receive()).isEqualTo("one");
      assertThat(failureOf(talk::receive)).hasMessage("enough");
    }
  }

  @Test
  void sendWaitsUntilThePeerHasRoom() throws Exception {
    try (Fixture on = new Fixture()) {
      try (Conversation<String, String> talk = on.channel.open(TALK)) {
        ScriptedPeer.Exchange exchange = on.peer.next();
        exchange.ready(false);
        Thread sender = new Thread(() -> talk.send("one"));
        sender.start();
        awaitParked(sender);
        assertThat(exchange.items).isEmpty();
        exchange.ready(true);
        assertThat(exchange.awaitItem().utf8()).isEqualTo("one");
        sender.join();
      }
    }
  }

  @Test
  void closeWakesTheSenderAndTheReceiver() throws Exception {
    try (Fixture on = new Fixture()) {
      Conversation<String, String> talk = on.channel.open(TALK);
      on.peer.next().ready(false);
      FutureTask<AgentException> sends = new FutureTask<>(() -> failureOf(() -> talk.send("one")));
      FutureTask<AgentException> receives = new FutureTask<>(() -> failureOf(talk::receive));
      Thread sender = new Thread(sends);
      Thread receiver = new Thread(receives);
      sender.start();
      receiver.start();
      awaitParked(sender);
      awaitParked(receiver);
      talk.close();
      talk.close();
      assertThat(sends.get(10, SECONDS).code()).isEqualTo(Code.CANCELLED);
      assertThat(receives.get(10, SECONDS).code()).isEqualTo(Code.CANCELLED);
      sender.join();
      receiver.join();
    }
  }

  @Test
  void completeFreesASenderThatWaitsForRoom() throws Exception {
    try (Fixture on = new Fixture()) {
      try (Conversation<String, String> talk = on.channel.open(TALK)) {
        ScriptedPeer.Exchange exchange = on.peer.next();
        exchange.ready(false);
        FutureTask<AgentException> sends =
            new FutureTask<>(() -> failureOf(() -> talk.send("one")));
        Thread sender = new Thread(sends);
        sender.start();
        awaitParked(sender);
        talk.complete();
        assertThat(sends.get(10, SECONDS).code()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(exchange.completed).isCompleted();
        assertThat(exchange.items).isEmpty();
        sender.join();
      }
    }
  }

  @Test
  void interruptedSenderCancelsThePeerAndKeepsItsFlag() throws Exception {
    try (Fixture on = new Fixture()) {
      Conversation<String, String> talk = on.channel.open(TALK);
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.ready(false);
      FutureTask<AgentException> sends =
          new FutureTask<>(
              () -> {
                AgentException failure = failureOf(() -> talk.send("one"));
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                return failure;
              });
      Thread sender = new Thread(sends);
      sender.start();
      awaitParked(sender);
      sender.interrupt();
      AgentException failure = sends.get(10, SECONDS);
      assertThat(failure.code()).isEqualTo(Code.CANCELLED);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
      exchange.awaitCancel();
      sender.join();
    }
  }

  @Test
  void interruptedReceiverCancelsThePeerAndKeepsItsFlag() throws Exception {
    try (Fixture on = new Fixture()) {
      Conversation<String, String> talk = on.channel.open(TALK);
      FutureTask<AgentException> receives =
          new FutureTask<>(
              () -> {
                AgentException failure = failureOf(talk::receive);
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                return failure;
              });
      Thread receiver = new Thread(receives);
      receiver.start();
      awaitParked(receiver);
      receiver.interrupt();
      assertThat(receives.get(10, SECONDS).code()).isEqualTo(Code.CANCELLED);
      on.peer.next().awaitCancel();
      receiver.join();
    }
  }

  @Test
  void directSectionMaySendAndReceiveButNotWait() throws Exception {
    try (Fixture on = new Fixture()) {
      try (Conversation<String, String> talk = on.channel.open(TALK)) {
        ScriptedPeer.Exchange exchange = on.peer.next();
        DirectSection.enter();
        try {
          talk.send("fits");
          assertThat(failureOf(talk::receive).code()).isEqualTo(Code.FAILED_PRECONDITION);
          exchange.ready(false);
          assertThat(failureOf(() -> talk.send("waits")).code())
              .isEqualTo(Code.FAILED_PRECONDITION);
        } finally {
          DirectSection.exit();
        }
        assertThat(exchange.items).hasSize(1);
      }
    }
  }

  @Test
  @Timeout(60)
  void oneThreadSendsWhileAnotherReceivesAndNothingIsLost() throws Exception {
    int count = 20_000;
    try (Fixture on = new Fixture(ConversationTest::hesitantEcho)) {
      try (Conversation<String, String> talk = on.channel.open(TALK)) {
        Thread sender =
            new Thread(
                () -> {
                  for (int i = 0; i < count; i++) {
                    talk.send(Integer.toString(i));
                  }
                  talk.complete();
                });
        sender.start();
        for (int i = 0; i < count; i++) {
          assertThat(talk.receive()).isEqualTo("re: " + i);
        }
        sender.join();
        assertThat(on.peer.next().completed).isCompleted();
      }
    }
  }

  private static void echo(ScriptedPeer.Exchange exchange) {
    exchange.onItem = given -> given.reply("re: " + given.items.remove().utf8(), false);
  }

  /** Has no room after each message until its echo has left. */
  private static void hesitantEcho(ScriptedPeer.Exchange exchange) {
    exchange.onItem =
        given -> {
          given.ready(false);
          given.reply("re: " + given.items.remove().utf8(), false);
          given.ready(true);
        };
  }
}
