package io.agentchannel.core.call;

import static io.agentchannel.core.call.Fixture.LIST;
import static io.agentchannel.core.call.Fixture.SHAPES;
import static io.agentchannel.core.call.Fixture.awaitParked;
import static io.agentchannel.core.call.Fixture.failureOf;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.ReplyStream;
import io.agentchannel.core.DirectSection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamCallTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 64})
  void itemsComeOnceAndInOrderThroughAnyWindow(int window) throws Exception {
    try (Fixture on = new Fixture()) {
      try (ReplyStream<String> stream = on.channel.stream(LIST, "all")) {
        WindowedProducer.start(on.peer.next(), window, 500);
        assertThat(stream).containsExactlyElementsOf(numbers(500));
      }
    }
  }

  @Test
  void callStartsAtOnceAndHasALimitForItsAcceptanceOnly() throws Exception {
    try (Fixture on = new Fixture()) {
      try (ReplyStream<String> stream = on.channel.stream(LIST, "all")) {
        ScriptedPeer.Exchange exchange = on.peer.next();
        assertThat(exchange.awaitItem().utf8()).isEqualTo("all");
        assertThat(exchange.call.deadlineNanos()).isNull();
        assertThat(exchange.call.acceptNanos()).isNotNull();
        assertThat(on.deadlines.size()).isOne();
        exchange.accepted();
        await().until(() -> on.deadlines.size() == 0);
      }
    }
  }

  @Test
  void slowIterationNeverLetsTheProducerAheadOfItsWindow() throws Exception {
    try (Fixture on = new Fixture()) {
      try (ReplyStream<String> stream = on.channel.stream(LIST, "all")) {
        ScriptedPeer.Exchange exchange = on.peer.next();
        WindowedProducer producer = WindowedProducer.start(exchange, 8, 200);
        await().until(() -> producer.sent() == 8);
        Iterator<String> items = stream.iterator();
        for (int consumed = 1; consumed <= 200; consumed++) {
          assertThat(items.next()).isEqualTo(Integer.toString(consumed));
          assertThat(exchange.taken()).isLessThanOrEqualTo(consumed);
          int most = consumed;
          assertThat(producer.sent()).isLessThanOrEqualTo(most + 8);
        }
        assertThat(items.hasNext()).isFalse();
        assertThat(exchange.taken()).isEqualTo(200);
      }
    }
  }

  @Test
  void failureComesAfterTheItemsBeforeIt() throws Exception {
    try (Fixture on = new Fixture()) {
      ReplyStream<String> stream = on.channel.stream(LIST, "all");
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("one", false);
      exchange.fail(Code.UNAVAILABLE, Outcome.UNKNOWN);
      await().until(() -> on.channel.liveCalls() == 0);

      Iterator<String> items = stream.iterator();
      assertThat(items.next()).isEqualTo("one");
      AgentException failure = failureOf(items::hasNext);
      assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
      assertThat(failure.getStackTrace())
          .anyMatch(frame -> frame.getClassName().startsWith(StreamCallTest.class.getName()));
      assertThat(failureOf(items::hasNext)).isNotSameAs(failure).hasMessage("scripted");
    }
  }

  @Test
  void emptyStreamHasNoNext() throws Exception {
    try (Fixture on = new Fixture(exchange -> exchange.end(null))) {
      Iterator<String> items = on.channel.stream(LIST, "all").iterator();
      assertThat(items.hasNext()).isFalse();
      Assertions.assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(items::next);
    }
  }

  @Test
  void streamIsConsumedOnce() throws Exception {
    try (Fixture on = new Fixture(exchange -> exchange.end(null))) {
      ReplyStream<String> stream = on.channel.stream(LIST, "all");
      assertThat(stream).isEmpty();
      assertThatIllegalStateException().isThrownBy(stream::iterator);
    }
  }

  @Test
  void closeCancelsWakesTheConsumerAndReturnsTheRoomOfWhatIsDropped() throws Exception {
    try (Fixture on = new Fixture()) {
      ReplyStream<String> stream = on.channel.stream(LIST, "all");
      ScriptedPeer.Exchange exchange = on.peer.next();
      FutureTask<AgentException> consumer =
          new FutureTask<>(() -> failureOf(() -> stream.forEach(item -> {})));
      Thread thread = new Thread(consumer);
      thread.start();
      awaitParked(thread);
      exchange.answersCancel = false;
      stream.close();
      stream.close();
      assertThat(consumer.get(10, SECONDS).code()).isEqualTo(Code.CANCELLED);
      exchange.awaitCancel();
      exchange.reply("too late", false);
      await().until(() -> exchange.taken() == 1);
      exchange.fail(Code.CANCELLED, Outcome.UNKNOWN);
      thread.join();
    }
  }

  @Test
  void closeReturnsTheRoomOfItemsThatNobodyTook() throws Exception {
    try (Fixture on = new Fixture()) {
      ReplyStream<String> stream = on.channel.stream(LIST, "all");
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("one", false);
      exchange.reply("two", true);
      await().until(() -> on.channel.liveCalls() == 0);
      stream.close();
      assertThat(exchange.taken()).isEqualTo(2);
      assertThat(exchange.cancelled).isNotDone();
      assertThat(failureOf(() -> stream.iterator().hasNext()).code()).isEqualTo(Code.CANCELLED);
    }
  }

  @Test
  void closeAfterAllWasTakenChangesNothing() throws Exception {
    try (Fixture on = new Fixture()) {
      ReplyStream<String> stream = on.channel.stream(LIST, "all");
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.reply("one", true);
      Iterator<String> items = stream.iterator();
      assertThat(items.next()).isEqualTo("one");
      assertThat(items.hasNext()).isFalse();
      stream.close();
      assertThat(items.hasNext()).isFalse();
      assertThat(exchange.cancelled).isNotDone();
    }
  }

  @Test
  void interruptedIterationCancelsThePeerAndKeepsItsFlag() throws Exception {
    try (Fixture on = new Fixture()) {
      ReplyStream<String> stream = on.channel.stream(LIST, "all");
      FutureTask<AgentException> consumer =
          new FutureTask<>(
              () -> {
                AgentException failure = failureOf(() -> stream.iterator().hasNext());
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                return failure;
              });
      Thread thread = new Thread(consumer);
      thread.start();
      awaitParked(thread);
      thread.interrupt();
      AgentException failure = consumer.get(10, SECONDS);
      assertThat(failure.code()).isEqualTo(Code.CANCELLED);
      assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
      on.peer.next().awaitCancel();
      thread.join();
    }
  }

  @Test
  void unreadableItemEndsTheCallHereAndAtThePeer() throws Exception {
    try (Fixture on = new Fixture()) {
      ReplyStream<Fixture.Shape> stream = on.channel.stream(SHAPES, "all");
      ScriptedPeer.Exchange exchange = on.peer.next();
      exchange.answersCancel = false;
      exchange.reply(Payload.ofJson("{\"side\":1}"), false);
      exchange.reply(Payload.ofJson("null"), false);
      exchange.reply(Payload.ofJson("{\"side\":3}"), false);
      Iterator<Fixture.Shape> items = stream.iterator();
      assertThat(items.next()).isEqualTo(new Fixture.Shape(1));
      AgentException failure = failureOf(items::next);
      assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(exchange.awaitCancel().code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(failureOf(items::hasNext).code()).isEqualTo(Code.INVALID_ARGUMENT);
      await().until(() -> exchange.taken() == 3);
      exchange.fail(Code.CANCELLED, Outcome.UNKNOWN);
    }
  }

  @Test
  void iterationInADirectSectionFailsOnlyWhereItWouldWait() throws Exception {
    try (Fixture on = new Fixture()) {
      try (ReplyStream<String> stream = on.channel.stream(LIST, "all")) {
        Iterator<String> items = stream.iterator();
        ScriptedPeer.Exchange exchange = on.peer.next();
        exchange.replies.item(Payload.ofText("here"), false);
        DirectSection.enter();
        try {
          assertThat(items.next()).isEqualTo("here");
          assertThat(failureOf(items::hasNext).code()).isEqualTo(Code.FAILED_PRECONDITION);
        } finally {
          DirectSection.exit();
        }
        exchange.reply("later", true);
        assertThat(items.next()).isEqualTo("later");
      }
    }
  }

  @Test
  void requestThatCannotBeStartedFailsTheIteration() throws Exception {
    try (Fixture on = new Fixture()) {
      on.channel.close();
      ReplyStream<String> stream = on.channel.stream(LIST, "all");
      AgentException failure = failureOf(() -> stream.iterator().hasNext());
      assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
      assertThat(on.peer.started).isEmpty();
    }
  }

  /** A window of one makes every item a hand-over in both directions: a lost wake-up hangs it. */
  @Test
  @Timeout(60)
  void noWakeUpIsLost() throws Exception {
    try (Fixture on = new Fixture()) {
      for (int window = 1; window <= 3; window++) {
        try (ReplyStream<String> stream = on.channel.stream(LIST, "all")) {
          WindowedProducer.start(on.peer.next(), window, 10_000);
          List<String> received = new ArrayList<>();
          stream.forEach(received::add);
          assertThat(received).isEqualTo(numbers(10_000));
        }
      }
    }
  }

  @Test
  void producerSeesRoomWhileItsConsumerThinks() throws Exception {
    try (Fixture on = new Fixture()) {
      try (ReplyStream<String> stream = on.channel.stream(LIST, "all")) {
        ScriptedPeer.Exchange exchange = on.peer.next();
        WindowedProducer producer = WindowedProducer.start(exchange, 1, 10);
        Iterator<String> items = stream.iterator();
        assertThat(items.next()).isEqualTo("1");
        await().atMost(Duration.ofSeconds(10)).until(() -> producer.sent() == 2);
      }
    }
  }

  private static List<String> numbers(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
  }
}
