package io.agentchannel.core.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Handler;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Requests;
import io.agentchannel.Unary;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CancelTest {
  private static final Unary<String, String> ASK =
      Operation.unary("ask", String.class, String.class);

  private final Rig rig = new Rig();
  private final ExecutorService single = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() throws Exception {
    single.shutdownNow();
    assertThat(single.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    rig.close();
  }

  @Test
  void cancelInterruptsTheHandlerAndEndsTheCallAtOnce() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Handler.Unary<String, String> handler =
        (q, call) -> {
          running.countDown();
          try {
            new CountDownLatch(1).await();
            return q;
          } catch (InterruptedException e) {
            interrupted.complete(call.isCancelled());
            throw e;
          }
        };
    Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher();
    RecordedReplies replies = new RecordedReplies();
    Requests requests = dispatcher.start(rig.call(ASK), replies);
    requests.item(Payload.ofText("x"), true);
    running.await();
    requests.cancel(
        new AgentException(Code.DEADLINE_EXCEEDED, Outcome.PROCESSED, "the deadline passed"));
    AgentException failure = replies.awaitFailure();
    assertThat(failure.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
    DispatcherTest.awaitIdle(dispatcher);
    replies.assertClean();
  }

  @Test
  void handlerOfACallThatWasCancelledInTheQueueNeverRuns() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    single.execute(() -> DispatcherTest.awaitUninterruptibly(busy));
    AtomicInteger runs = new AtomicInteger();
    Handler.Unary<String, String> handler = (q, call) -> "run " + runs.incrementAndGet();
    Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher(single, 10);
    RecordedReplies replies = new RecordedReplies();
    Requests requests = dispatcher.start(rig.call(ASK), replies);
    requests.item(Payload.ofText("x"), true);
    requests.cancel(DispatcherTest.cancelled());
    DispatcherTest.assertRefused(replies, Code.CANCELLED);
    assertThat(dispatcher.running()).isEqualTo(1);
    busy.countDown();
    DispatcherTest.awaitIdle(dispatcher);
    assertThat(runs).hasValue(0);
  }

  /** On a thread of its own: the JDK's pools clear the flag themselves. */
  @Test
  void interruptNeverMeetsTheNextTaskOfTheThread() throws Exception {
    Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    AtomicInteger done = new AtomicInteger();
    AtomicInteger strays = new AtomicInteger();
    int calls = 2000;
    Thread runner =
        new Thread(
            () -> {
              while (done.get() < calls) {
                Runnable task = tasks.poll();
                if (task != null) {
                  task.run();
                  done.incrementAndGet();
                }
                if (Thread.interrupted()) {
                  strays.incrementAndGet();
                }
              }
            });
    runner.start();
    Set<String> entered = ConcurrentHashMap.newKeySet();
    Handler.Unary<String, String> handler =
        (q, call) -> {
          entered.add(q);
          while (!call.isCancelled()) {
            Thread.onSpinWait();
          }
          return q;
        };
    Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher(tasks::add, calls);
    for (int i = 0; i < calls; i++) {
      Requests requests = dispatcher.start(rig.call(ASK), new RecordedReplies());
      String name = String.valueOf(i);
      requests.item(Payload.ofText(name), true);
      // Some cancels certainly meet a handler that runs, the others whatever comes.
      while (i % 100 == 0 && !entered.contains(name)) {
        Thread.onSpinWait();
      }
      requests.cancel(DispatcherTest.cancelled());
    }
    runner.join(10_000);
    assertThat(runner.isAlive()).isFalse();
    assertThat(strays).hasValue(0);
  }

  @Test
  void flagThatAHandlerLeavesBehindIsCleared() {
    Handler.Unary<String, String> handler =
        (q, call) -> {
          Thread.currentThread().interrupt();
          return q;
        };
    rig.ask(rig.serve(ASK, handler).dispatcher(Runnable::run, 10), ASK, "x").awaitEnd();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void directHandlersThreadIsNotInterrupted() {
    CompletableFuture<Runnable> cancel = new CompletableFuture<>();
    Handler.Unary<String, String> handler =
        (q, call) -> {
          cancel.join().run();
          return String.valueOf(Thread.currentThread().isInterrupted() || !call.isCancelled());
        };
    RecordedReplies replies = new RecordedReplies();
    Dispatcher dispatcher = rig.serveDirect(ASK, handler).dispatcher();
    Requests requests = dispatcher.start(rig.call(ASK), replies);
    cancel.complete(() -> requests.cancel(DispatcherTest.cancelled()));
    requests.item(Payload.ofText("x"), true);
    assertThat(replies.awaitFailure().code()).isEqualTo(Code.CANCELLED);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(dispatcher.running()).isZero();
  }

  @Test
  void onCancelRunsOnceAndLateRegistrationRunsAtOnce() throws Exception {
    AtomicInteger early = new AtomicInteger();
    AtomicInteger late = new AtomicInteger();
    CountDownLatch registered = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    Handler.Unary<String, String> handler =
        (q, call) -> {
          call.onCancel(
              () -> {
                throw new IllegalStateException("an action that fails harms no other");
              });
          call.onCancel(early::incrementAndGet);
          registered.countDown();
          while (!call.isCancelled()) {
            Thread.onSpinWait();
          }
          call.onCancel(late::incrementAndGet);
          done.countDown();
          return q;
        };
    RecordedReplies replies = new RecordedReplies();
    Requests requests = rig.serve(ASK, handler).dispatcher().start(rig.call(ASK), replies);
    requests.item(Payload.ofText("x"), true);
    registered.await();
    requests.cancel(DispatcherTest.cancelled());
    requests.cancel(DispatcherTest.cancelled());
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(early).hasValue(1);
    assertThat(late).hasValue(1);
    replies.awaitFailure();
  }

  @Test
  void cancelAfterTheReplyDoesNothing() {
    AtomicInteger told = new AtomicInteger();
    Handler.Unary<String, String> handler =
        (q, call) -> {
          call.onCancel(told::incrementAndGet);
          return q;
        };
    Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher();
    RecordedReplies replies = new RecordedReplies();
    Requests requests = dispatcher.start(rig.call(ASK), replies);
    requests.item(Payload.ofText("x"), true);
    replies.awaitEnd();
    DispatcherTest.awaitIdle(dispatcher);
    requests.cancel(DispatcherTest.cancelled());
    assertThat(told).hasValue(0);
    replies.assertClean();
  }
}
