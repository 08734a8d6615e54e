package io.agentchannel.core.call;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.agentchannel.AgentException;
import io.agentchannel.Duplex;
import io.agentchannel.Interceptor;
import io.agentchannel.OneWay;
import io.agentchannel.Operation;
import io.agentchannel.RouteReport;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import io.agentchannel.core.codec.Codecs;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A channel over the real client chain to a scripted peer. */
final class Fixture implements AutoCloseable {
  static final Unary<String, String> ASK = Operation.unary("ask", String.class, String.class);
  static final Streaming<String, String> LIST =
      Operation.streaming("list", String.class, String.class);
  static final Duplex<String, String> TALK = Operation.duplex("talk", String.class, String.class);
  static final OneWay<String> NOTE = Operation.oneWay("note", String.class);

  /** What a user's JSON may look like; a text is none. */
  record Shape(int side) {}

  static final Unary<String, Shape> SHAPE = Operation.unary("shape", String.class, Shape.class);
  static final Streaming<String, Shape> SHAPES =
      Operation.streaming("shapes", String.class, Shape.class);

  final ScriptedPeer peer;
  final ExecutorService executor =
      Executors.newCachedThreadPool(task -> new Thread(task, "agent executor"));
  final ScheduledExecutorService timers =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "timers"));
  final Deadlines deadlines = new Deadlines(timers);
  final ChannelImpl channel;

  Fixture() {
    this(exchange -> {});
  }

  Fixture(Consumer<ScriptedPeer.Exchange> onStart) {
    this(onStart, Duration.ofSeconds(30), List.of());
  }

  Fixture(
      Consumer<ScriptedPeer.Exchange> onStart, Duration timeout, List<Interceptor> interceptors) {
    peer = new ScriptedPeer(onStart);
    channel =
        new ChannelImpl(
            "librarian",
            ClientChain.of(interceptors, deadlines, ClientChain.backoff(10, 50), peer),
            new Codecs(List.of()),
            executor,
            timeout,
            () -> new RouteReport("librarian", null, List.of()),
            new LiveCalls());
  }

  static AgentException failureOf(ThrowingCallable call) {
    AgentException failure = catchThrowableOfType(AgentException.class, call);
    if (failure == null) {
      throw new AssertionError("it did not fail");
    }
    return failure;
  }

  /** Waits until the thread sits in a blocking call of this package. */
  static void awaitParked(Thread thread) {
    await()
        .until(
            () ->
                thread.getState() == Thread.State.WAITING
                    && List.of(thread.getStackTrace()).stream()
                        .anyMatch(frame -> frame.getMethodName().equals("park")));
  }

  /** Besides closing: nothing is left of any call. */
  @Override
  public void close() throws InterruptedException {
    await().until(() -> channel.liveCalls() == 0 && deadlines.size() == 0);
    channel.close();
    peer.close();
    executor.shutdown();
    timers.shutdownNow();
    if (!executor.awaitTermination(10, SECONDS) || !timers.awaitTermination(10, SECONDS)) {
      throw new AssertionError("a thread is left");
    }
  }
}
