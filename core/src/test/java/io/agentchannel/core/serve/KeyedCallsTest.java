package io.agentchannel.core.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Duplex;
import io.agentchannel.Handler;
import io.agentchannel.Interceptor;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Peer;
import io.agentchannel.Requests;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyedCallsTest {
  private static final Unary<String, String> ASK =
      Operation.unary("ask", String.class, String.class);
  private static final Streaming<String, String> CHAT =
      Operation.streaming("chat", String.class, String.class);
  private static final AgentException LOST =
      new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, "the caller is gone");

  private final Rig rig = new Rig();
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
  private final AtomicInteger runs = new AtomicInteger();
  private KeyedCalls keyed = new KeyedCalls(Duration.ofMinutes(10), 1 << 20, clock::get);

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void sameKeyRunsTheHandlerOnce() {
    Interceptor.Next chain = counting();
    assertThat(ask(chain, "k", "q").awaitEnd().texts()).containsExactly("q 1");
    assertThat(ask(chain, "k", "q").awaitEnd().texts()).containsExactly("q 1");
    assertThat(ask(chain, "k2", "q").awaitEnd().texts()).containsExactly("q 2");
    assertThat(runs).hasValue(2);
  }

  @Test
  void callWithoutAKeyIsNotRemembered() {
    Interceptor.Next chain = counting();
    RecordedReplies replies = new RecordedReplies();
    rig.ask(chain, rig.call(ASK), "q", replies).awaitEnd();
    assertThat(keyed.size()).isZero();
  }

  @Test
  void sameKeyWithAnotherRequestIsRefused() {
    Interceptor.Next chain = counting();
    ask(chain, "k", "q").awaitEnd();
    DispatcherTest.assertRefused(ask(chain, "k", "other"), Code.ALREADY_EXISTS);
    RecordedReplies otherType = new RecordedReplies();
    chain
        .start(rig.call("ask", Call.Kind.UNARY, Rig.ALICE, "k"), otherType)
        .item(Payload.of("text/plain", "q".getBytes(StandardCharsets.UTF_8)), true);
    DispatcherTest.assertRefused(otherType, Code.ALREADY_EXISTS);
    assertThat(runs).hasValue(1);
  }

  @Test
  void nobodyReachesAnothersCalls() {
    Interceptor.Next chain = counting();
    Peer[] callers = {
      Rig.ALICE,
      Rig.BOB,
      new Peer.Guest("ws", "127.0.0.1#1", null),
      new Peer.Guest("ws", "127.0.0.1#2", null),
      new Peer.Guest("ws", "127.0.0.1#3", "carol"),
      new Peer.Guest("ws", "127.0.0.1#4", ((Peer.Agent) Rig.ALICE).id().toString())
    };
    for (int i = 0; i < callers.length; i++) {
      RecordedReplies replies = new RecordedReplies();
      rig.ask(chain, rig.call("ask", Call.Kind.UNARY, callers[i], "k"), "q", replies);
      assertThat(replies.awaitEnd().texts()).containsExactly("q " + (i + 1));
    }
    RecordedReplies elsewhere = new RecordedReplies();
    Peer carol = new Peer.Guest("mqtt", "broker#9", "carol");
    rig.ask(chain, rig.call("ask", Call.Kind.UNARY, carol, "k"), "q", elsewhere);
    assertThat(elsewhere.awaitEnd().texts()).containsExactly("q 5");
  }

  @Test
  void secondCallerAttachesToTheRun() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Handler.Unary<String, String> handler =
        (q, call) -> {
          go.await();
          return "run " + runs.incrementAndGet();
        };
    Interceptor.Next chain = chain(rig.serve(ASK, handler).dispatcher());
    List<RecordedReplies> callers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      callers.add(ask(chain, "k", "q"));
    }
    go.countDown();
    for (RecordedReplies caller : callers) {
      assertThat(caller.awaitEnd().texts()).containsExactly("run 1");
      assertThat(caller.isEndedByItem()).isTrue();
      assertThat(caller.taken()).isEqualTo(1);
    }
  }

  @Test
  void lateCallerGetsTheRecordedItemsAndThenTheLiveOnes() {
    Semaphore more = new Semaphore(2);
    Interceptor.Next chain = chain(rig.serve(CHAT, stepwise(more)).dispatcher());
    RecordedReplies first = chat(chain, "k", new RecordedReplies());
    first.awaitTexts(2);
    RecordedReplies second = chat(chain, "k", new RecordedReplies());
    assertThat(second.awaitTexts(2)).containsExactly("i0", "i1");
    assertThat(second.isAccepted()).isTrue();
    more.release(2);
    assertThat(first.awaitEnd().texts()).containsExactly("i0", "i1", "i2", "i3");
    assertThat(second.awaitEnd().texts()).containsExactly("i0", "i1", "i2", "i3");
    assertThat(chat(chain, "k", new RecordedReplies()).awaitEnd().items()).hasSize(4);
  }

  @Test
  void replayKeepsToTheRoomOfItsCaller() {
    Semaphore more = new Semaphore(4);
    Interceptor.Next chain = chain(rig.serve(CHAT, stepwise(more)).dispatcher());
    chat(chain, "k", new RecordedReplies()).awaitEnd();
    RecordedReplies slow = chat(chain, "k", RecordedReplies.withRoom(1));
    assertThat(slow.texts()).containsExactly("i0");
    slow.giveRoom(2);
    assertThat(slow.texts()).hasSize(3);
    slow.giveRoom(1);
    assertThat(slow.awaitEnd().items()).hasSize(4);
  }

  @Test
  void deadConnectionDoesNotHoldUpTheCallerThatReplacedIt() {
    Semaphore more = new Semaphore(4);
    Interceptor.Next chain = chain(rig.serve(CHAT, stepwise(more)).dispatcher());
    RecordedReplies dead = chat(chain, "k", RecordedReplies.withRoom(1));
    dead.awaitTexts(1);
    RecordedReplies back = chat(chain, "k", new RecordedReplies());
    assertThat(back.awaitEnd().items()).hasSize(4);
    assertThat(dead.items()).hasSize(1);
  }

  @Test
  void onlyCallerSetsThePace() {
    Semaphore more = new Semaphore(4);
    AtomicInteger sent = new AtomicInteger();
    Handler.Stream<String, String> handler =
        (q, out, call) -> {
          while (more.tryAcquire()) {
            out.send("i" + sent.getAndIncrement());
          }
        };
    Interceptor.Next chain = chain(rig.serve(CHAT, handler).dispatcher());
    RecordedReplies slow = chat(chain, "k", RecordedReplies.withRoom(2));
    slow.awaitTexts(2);
    Awaitility.await().untilAsserted(() -> assertThat(more.availablePermits()).isEqualTo(1));
    assertThat(slow.items()).hasSize(2);
    slow.giveRoom(1);
    assertThat(slow.awaitTexts(3)).hasSize(3);
    slow.giveRoom(1);
    slow.awaitEnd();
  }

  @Test
  void lostCallerOnlyDetaches() {
    Semaphore more = new Semaphore(1);
    Interceptor.Next chain = chain(rig.serve(CHAT, stepwise(more)).dispatcher());
    RecordedReplies lost = new RecordedReplies();
    Requests requests = startChat(chain, "k", lost);
    lost.awaitTexts(1);
    requests.cancel(LOST);
    assertThat(lost.awaitFailure().code()).isEqualTo(Code.UNAVAILABLE);
    more.release(3);
    RecordedReplies back = chat(chain, "k", new RecordedReplies());
    assertThat(back.awaitEnd().texts()).containsExactly("i0", "i1", "i2", "i3");
  }

  @Test
  void cancelOfTheLastCallerCancelsTheRun() throws Exception {
    CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    CountDownLatch running = new CountDownLatch(1);
    Handler.Unary<String, String> handler =
        (q, call) -> {
          running.countDown();
          call.onCancel(() -> cancelled.complete(true));
          new CountDownLatch(1).await();
          return q;
        };
    Interceptor.Next chain = chain(rig.serve(ASK, handler).dispatcher());
    RecordedReplies a = new RecordedReplies();
    RecordedReplies b = new RecordedReplies();
    Requests first = start(chain, "k", "q", a);
    Requests second = start(chain, "k", "q", b);
    running.await();
    first.cancel(DispatcherTest.cancelled());
    assertThat(a.awaitFailure().code()).isEqualTo(Code.CANCELLED);
    assertThat(cancelled).isNotDone();
    assertThat(b.isEnded()).isFalse();
    second.cancel(DispatcherTest.cancelled());
    assertThat(b.awaitFailure().code()).isEqualTo(Code.CANCELLED);
    assertThat(cancelled.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(ask(chain, "k", "q").awaitFailure().code()).isEqualTo(Code.CANCELLED);
  }

  @Test
  void cancelBeforeTheRequestRunsNothing() {
    Interceptor.Next chain = counting();
    RecordedReplies replies = new RecordedReplies();
    Requests requests = chain.start(rig.call("ask", Call.Kind.UNARY, Rig.ALICE, "k"), replies);
    requests.cancel(DispatcherTest.cancelled());
    requests.item(Payload.ofText("q"), true);
    DispatcherTest.assertRefused(replies, Code.CANCELLED);
    assertThat(runs).hasValue(0);
    assertThat(keyed.size()).isZero();
  }

  @Test
  void failureOfTheHandlerIsRemembered() {
    Handler.Unary<String, String> handler =
        (q, call) -> {
          throw AgentException.application("no " + runs.incrementAndGet());
        };
    Interceptor.Next chain = chain(rig.serve(ASK, handler).dispatcher());
    assertThat(ask(chain, "k", "q").awaitFailure()).hasMessage("no 1");
    assertThat(ask(chain, "k", "q").awaitFailure()).hasMessage("no 1");
  }

  @Test
  void callThatNeverReachedItsHandlerIsForgotten() {
    Interceptor.Next chain = counting();
    keyed = new KeyedCalls(Duration.ofMinutes(10), 5000, clock::get);
    for (int i = 0; i < 100; i++) {
      Call unknown = rig.call("nothing", Call.Kind.UNARY, Rig.ALICE, "k" + i);
      RecordedReplies replies = new RecordedReplies();
      rig.ask(chain, unknown, "q", replies);
      DispatcherTest.assertRefused(replies, Code.UNIMPLEMENTED);
      assertThat(keyed.size()).isZero();
    }
  }

  @Test
  void conversationWithAKeyIsRefused() {
    Duplex<String, String> talk = Operation.duplex("talk", String.class, String.class);
    Handler.Duplex<String, String> handler = (conversation, call) -> {};
    Interceptor.Next chain = chain(rig.serve(talk, handler).dispatcher());
    RecordedReplies replies = new RecordedReplies();
    chain.start(rig.call("talk", Call.Kind.DUPLEX, Rig.ALICE, "k"), replies);
    DispatcherTest.assertRefused(replies, Code.INVALID_ARGUMENT);
  }

  @Test
  void callIsForgottenAfterItsTimeAndNotBefore() {
    Interceptor.Next chain = counting();
    ask(chain, "k", "q").awaitEnd();
    clock.addAndGet(Duration.ofMinutes(10).toNanos() - 1);
    assertThat(ask(chain, "k", "q").awaitEnd().texts()).containsExactly("q 1");
    clock.addAndGet(1);
    assertThat(ask(chain, "k", "q").awaitEnd().texts()).containsExactly("q 2");
    assertThat(keyed.size()).isEqualTo(1);
  }

  @Test
  void fullMemoryRefusesNewKeysAndKeepsTheOldOnes() {
    keyed = new KeyedCalls(Duration.ofMinutes(10), 8000, clock::get);
    Interceptor.Next chain = counting();
    int kept = 0;
    RecordedReplies replies;
    do {
      replies = ask(chain, "k" + kept++, "q");
      replies.awaitAnyEnd();
      assertThat(kept).isLessThan(100);
    } while (replies.isEndedByItem());
    DispatcherTest.assertRefused(replies, Code.RESOURCE_EXHAUSTED);
    assertThat(kept).isGreaterThan(2);
    assertThat(ask(chain, "k0", "q").awaitEnd().texts()).containsExactly("q 1");

    RecordedReplies bobs = new RecordedReplies();
    rig.ask(chain, rig.call("ask", Call.Kind.UNARY, Rig.BOB, "k"), "q", bobs);
    assertThat(bobs.awaitEnd().items()).hasSize(1);

    clock.addAndGet(Duration.ofMinutes(10).toNanos());
    assertThat(ask(chain, "new", "q").awaitEnd().items()).hasSize(1);
    assertThat(keyed.size()).isEqualTo(1);
  }

  @Test
  void repliesBeyondTheMemoryReachThoseAttachedAndNoLaterCaller() {
    keyed = new KeyedCalls(Duration.ofMinutes(10), 8000, clock::get);
    Handler.Stream<String, String> handler =
        (q, out, call) -> {
          for (int i = 0; i < 100; i++) {
            out.send("x".repeat(100));
          }
        };
    Interceptor.Next chain = chain(rig.serve(CHAT, handler).dispatcher());
    assertThat(chat(chain, "k", new RecordedReplies()).awaitEnd().items()).hasSize(100);
    AgentException late = chat(chain, "k", new RecordedReplies()).awaitFailure();
    assertThat(late.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(late.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(chat(chain, "k2", new RecordedReplies()).awaitEnd().items()).hasSize(100);
  }

  @Test
  void callerThatFellBehindIsEndedWhenTheMemoryIsFull() {
    keyed = new KeyedCalls(Duration.ofMinutes(10), 8000, clock::get);
    Semaphore more = new Semaphore(0);
    Handler.Stream<String, String> handler =
        (q, out, call) -> {
          for (int i = 0; i < 100; i++) {
            more.acquire();
            out.send("x".repeat(100));
          }
        };
    Interceptor.Next chain = chain(rig.serve(CHAT, handler).dispatcher());
    RecordedReplies quick = chat(chain, "k", new RecordedReplies());
    RecordedReplies behind = chat(chain, "k", RecordedReplies.withRoom(1));
    more.release(100);
    assertThat(quick.awaitEnd().items()).hasSize(100);
    assertThat(behind.awaitFailure().code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void runWhoseRepliesNobodyCanGetAnyMoreIsCancelled() {
    keyed = new KeyedCalls(Duration.ofMinutes(10), 8000, clock::get);
    Semaphore more = new Semaphore(1);
    CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    Handler.Stream<String, String> handler =
        (q, out, call) -> {
          call.onCancel(() -> cancelled.complete(true));
          while (true) {
            more.acquire();
            out.send("x".repeat(100));
          }
        };
    Dispatcher dispatcher = rig.serve(CHAT, handler).dispatcher();
    Interceptor.Next chain = chain(dispatcher);
    RecordedReplies lost = new RecordedReplies();
    Requests requests = startChat(chain, "k", lost);
    lost.awaitTexts(1);
    requests.cancel(LOST);
    more.release(1000);
    assertThat(cancelled.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
    DispatcherTest.awaitIdle(dispatcher);
  }

  @Test
  void manyCallersOfManyKeysEachGetTheOneRun() throws Exception {
    Interceptor.Next chain = counting();
    List<Future<RecordedReplies>> callers = new ArrayList<>();
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      calls.add(rig.call("ask", Call.Kind.UNARY, Rig.ALICE, "k" + i / 8));
    }
    for (Call call : calls) {
      callers.add(rig.pool.submit(() -> rig.ask(chain, call, "q", new RecordedReplies())));
    }
    List<String> texts = new ArrayList<>();
    for (Future<RecordedReplies> caller : callers) {
      texts.addAll(caller.get().awaitEnd().texts());
    }
    assertThat(runs).hasValue(50);
    for (int i = 0; i < 400; i++) {
      assertThat(texts.get(i)).isEqualTo(texts.get(i / 8 * 8));
    }
  }

  private Interceptor.Next counting() {
    Handler.Unary<String, String> handler = (q, call) -> q + " " + runs.incrementAndGet();
    return chain(rig.serve(ASK, handler).dispatcher());
  }

  private Interceptor.Next chain(Dispatcher dispatcher) {
    return (call, replies) -> keyed.intercept(call, replies, dispatcher);
  }

  /** Four items, each when it is allowed. */
  private static Handler.Stream<String, String> stepwise(Semaphore more) {
    return (q, out, call) -> {
      for (int i = 0; i < 4; i++) {
        more.acquire();
        out.send("i" + i);
      }
    };
  }

  private RecordedReplies ask(Interceptor.Next chain, String key, String text) {
    RecordedReplies replies = new RecordedReplies();
    start(chain, key, text, replies);
    return replies;
  }

  private Requests start(Interceptor.Next chain, String key, String text, RecordedReplies replies) {
    Requests requests =
        replies.to(chain.start(rig.call("ask", Call.Kind.UNARY, Rig.ALICE, key), replies));
    requests.item(Payload.ofText(text), true);
    return requests;
  }

  private RecordedReplies chat(Interceptor.Next chain, String key, RecordedReplies replies) {
    startChat(chain, key, replies);
    return replies;
  }

  private Requests startChat(Interceptor.Next chain, String key, RecordedReplies replies) {
    Requests requests =
        replies.to(chain.start(rig.call("chat", Call.Kind.STREAMING, Rig.ALICE, key), replies));
    requests.item(Payload.ofText("q"), true);
    return requests;
  }
}
