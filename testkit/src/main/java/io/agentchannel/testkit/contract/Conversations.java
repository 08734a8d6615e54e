package io.agentchannel.testkit.contract;

import static io.agentchannel.testkit.contract.Ops.KIB;
import static io.agentchannel.testkit.contract.Ops.MIB;
import static io.agentchannel.testkit.contract.Ops.TALK;
import static io.agentchannel.testkit.contract.Ops.TALK_RAW;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Conversation;
import io.agentchannel.Duplex;
import io.agentchannel.Payload;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Messages both ways. */
interface Conversations extends TransportSetup {

  @Test
  default void messagesGoBackAndForth(World world) {
    Agent library = answering(world, TALK, message -> 2 * message);
    try (Conversation<Integer, Integer> talk = world.channelTo(library).open(TALK)) {
      for (int i = 0; i < 200; i++) {
        talk.send(i);
        assertThat(talk.receive()).isEqualTo(2 * i);
      }
      talk.complete();
      talk.complete();
      assertThat(talk.receive()).isNull();
    }
  }

  @Test
  default void anUploadOfAnyLengthArrivesInOrder(World world) {
    AgentChannel channel = world.channelTo(world.library(Conversations::serveUpload));

    for (int length : new int[] {0, 1, 3, 16, 17, 20_000}) {
      assertThat(upload(channel, length)).isEqualTo(length);
    }
  }

  @Test
  default void bothDirectionsFlowAtOnce(World world) throws Exception {
    int length = 5_000;
    Agent library = answering(world, TALK, message -> message);
    try (Conversation<Integer, Integer> talk = world.channelTo(library).open(TALK)) {
      World.Running<Void> sender =
          world.beside(
              () -> {
                for (int i = 0; i < length; i++) {
                  talk.send(i);
                }
                talk.complete();
                return null;
              });
      for (int i = 0; i < length; i++) {
        assertThat(talk.receive()).isEqualTo(i);
      }
      assertThat(talk.receive()).isNull();
      World.get(sender.result());
    }
  }

  @Test
  default void messagesOfEverySizeArriveUnchanged(World world) {
    Agent library = answering(world, TALK_RAW, message -> message);
    try (Conversation<Payload, Payload> talk = world.channelTo(library).open(TALK_RAW)) {
      for (int size : new int[] {0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, MIB, 5 * MIB}) {
        Payload message = Ops.bytes(size);
        talk.send(message);
        assertThat(Objects.equals(talk.receive(), message)).as(size + " bytes").isTrue();
      }
      talk.complete();
      assertThat(talk.receive()).isNull();
    }
  }

  @Test
  default void aSlowHandlerHoldsItsOpenerBack(World world) throws Exception {
    Gate gate = new Gate();
    AtomicInteger taken = new AtomicInteger();
    int messages = 4_096;
    Agent library =
        world.library(
            b ->
                b.serveDuplex(
                    TALK_RAW,
                    (talk, call) -> {
                      gate.pass();
                      while (talk.receive() != null) {
                        taken.incrementAndGet();
                      }
                    }));
    AtomicInteger sent = new AtomicInteger();
    Payload message = Ops.bytes(4 * KIB);
    try (Conversation<Payload, Payload> talk = world.channelTo(library).open(TALK_RAW)) {
      World.Running<Void> sender =
          world.beside(
              () -> {
                for (int i = 0; i < messages; i++) {
                  talk.send(message);
                  sent.incrementAndGet();
                }
                talk.complete();
                return null;
              });
      gate.awaitArrivals(1);
      Conditions.awaitThat(
          "the sender waits",
          () -> sent.get() > 0 && sender.thread().getState() == Thread.State.WAITING);
      assertThat(sent.get() * 4L * KIB).isLessThan(5L * MIB);
      assertThat(sender.result()).isNotDone();
      gate.open();

      World.get(sender.result());
      assertThat(talk.receive()).isNull();
      assertThat(taken).hasValue(messages);
    }
  }

  @Test
  default void theHandlersReturnEndsBothDirections(World world) {
    Agent library =
        world.library(
            b ->
                b.serveDuplex(
                    TALK, (talk, call) -> talk.send(Objects.requireNonNull(talk.receive()))));
    try (Conversation<Integer, Integer> talk = world.channelTo(library).open(TALK)) {
      talk.send(7);
      assertThat(talk.receive()).isEqualTo(7);
      assertThat(talk.receive()).isNull();

      World.failureOf(() -> talk.send(8));
    }
  }

  @Test
  default void closingAConversationCancelsItsHandler(World world) throws Exception {
    CompletableFuture<Code> ended = new CompletableFuture<>();
    Agent library =
        world.library(
            b ->
                b.serveDuplex(
                    TALK,
                    (talk, call) -> {
                      talk.send(1);
                      try {
                        talk.receive();
                      } catch (AgentException failure) {
                        ended.complete(failure.code());
                      }
                    }));
    Conversation<Integer, Integer> talk = world.channelTo(library).open(TALK);
    assertThat(talk.receive()).isEqualTo(1);
    talk.close();
    talk.close();

    assertThat(World.get(ended)).isEqualTo(Code.CANCELLED);
  }

  @Test
  default void theHandlersFailureReachesBothMethods(World world) {
    Agent library =
        world.library(
            b ->
                b.serveDuplex(
                    TALK,
                    (talk, call) -> {
                      talk.receive();
                      throw AgentException.application("enough");
                    }));
    try (Conversation<Integer, Integer> talk = world.channelTo(library).open(TALK)) {
      talk.send(1);

      assertThat(World.failureOf(talk::receive).code()).isEqualTo(Code.APPLICATION);
      assertThat(World.failureOf(() -> talk.send(2)).code()).isEqualTo(Code.APPLICATION);
    }
  }

  @Test
  default void sendingAfterTheOwnCompletionIsRefused(World world) {
    AgentChannel channel = world.channelTo(world.library(Conversations::serveUpload));
    try (Conversation<Integer, Integer> talk = channel.open(TALK)) {
      talk.complete();

      assertThat(World.failureOf(() -> talk.send(1)).code()).isEqualTo(Code.FAILED_PRECONDITION);
    }
  }

  /** Serves this: one answer for each message. */
  static <T> Agent answering(World world, Duplex<T, T> operation, UnaryOperator<T> answer) {
    return world.library(
        b ->
            b.serveDuplex(
                operation,
                (talk, call) -> {
                  T message;
                  while ((message = talk.receive()) != null) {
                    talk.send(answer.apply(message));
                  }
                }));
  }

  /** Serves TALK: takes 0, 1, 2… to the end, and answers how many came in order. */
  static AgentBuilder serveUpload(AgentBuilder builder) {
    return builder.serveDuplex(
        TALK,
        (talk, call) -> {
          int inOrder = 0;
          Integer message;
          while ((message = talk.receive()) != null) {
            inOrder = message == inOrder ? inOrder + 1 : Integer.MIN_VALUE;
          }
          talk.send(inOrder);
        });
  }

  /** Sends so many numbers; returns what the handler says of them. */
  static int upload(AgentChannel channel, int length) {
    try (Conversation<Integer, Integer> talk = channel.open(TALK)) {
      for (int i = 0; i < length; i++) {
        talk.send(i);
      }
      talk.complete();
      Integer inOrder = talk.receive();
      return inOrder == null ? -1 : inOrder;
    }
  }
}
