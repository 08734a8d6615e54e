package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.core.DirectSection;
import io.agentchannel.core.codec.Codecs;
import java.lang.reflect.Type;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One run of a handler, of whatever shape: brings it to its thread and cleans up after it. */
abstract class HandlerRun implements Runnable {
  private final Setting setting;
  private final CallState state;
  private @Nullable Payload request;

  HandlerRun(Setting setting) {
    this.setting = setting;
    this.state = setting.state();
  }

  /** What every shape of handler needs. */
  record Setting(
      Operation<?, ?> operation,
      Codecs codecs,
      Executor executor,
      boolean direct,
      CallState state) {}

  /** Calls the handler. What it throws fails the call. */
  abstract void serve() throws Exception;

  /** Whether the call goes on when {@link #serve} has returned; else it is finished then. */
  boolean goesOn() {
    return false;
  }

  /** The replies have room again. From any thread. */
  void onReady() {}

  /** The handler is done, however; threads of it that wait have nothing to wait for. */
  void onDone() {}

  final CallState state() {
    return state;
  }

  final boolean isDirect() {
    return setting.direct();
  }

  final Executor executor() {
    return setting.executor();
  }

  /** Runs it, now or on the executor. */
  final void begin(@Nullable Payload request) {
    this.request = request;
    state.queue();
    if (setting.direct()) {
      DirectSection.enter();
      try {
        run();
      } finally {
        DirectSection.exit();
      }
      return;
    }
    try {
      setting.executor().execute(this);
    } catch (RuntimeException | OutOfMemoryError e) {
      // The latter is how the JVM says that it cannot make another thread.
      state.refuse(Code.RESOURCE_EXHAUSTED, "this agent has no thread free to run the call");
    }
  }

  @Override
  public final void run() {
    boolean interruptedBefore = Thread.currentThread().isInterrupted();
    if (!state.enter(!setting.direct())) {
      state.finish();
      return;
    }
    boolean failed = false;
    try {
      if (isLate()) {
        state
            .replies()
            .end(
                new AgentException(
                    Code.DEADLINE_EXCEEDED,
                    Outcome.NOT_SENT,
                    "the deadline passed before the handler could run"));
        failed = true;
      } else {
        serve();
      }
    } catch (Unreadable e) {
      state.replies().end(e.failure);
      failed = true;
    } catch (Throwable t) {
      fail(t);
      failed = true;
    } finally {
      state.leave();
      if (!interruptedBefore) {
        // An interrupt that was meant for this handler must not meet this thread's next task.
        Thread.interrupted();
      }
      if (failed || !goesOn()) {
        done();
      }
    }
  }

  /** Ends the call as the handler's failure. */
  final void fail(Throwable thrown) {
    AgentException told = Failures.ofHandler(state.call(), thrown);
    boolean cancelled = state.isCancelled();
    boolean heard = state.replies().tryEnd(told);
    if (cancelled) {
      Failures.logAfterCancel(state.call(), thrown);
    } else if (!heard || !Failures.isDeliberate(told)) {
      Failures.logHandler(state.call(), thrown);
    }
  }

  final void done() {
    onDone();
    state.finish();
  }

  /** The one request; to be called once, on the thread that runs the handler. */
  final Object takeRequest() throws Unreadable {
    Payload payload = request;
    request = null;
    if (payload == null) {
      throw new IllegalStateException("the request was taken already");
    }
    Object decoded = decode(payload, Outcome.NOT_SENT);
    state.replies().taken(1);
    return decoded;
  }

  final Object decode(Payload payload, Outcome outcome) throws Unreadable {
    Type type = setting.operation().requestType();
    try {
      return uncheckedNull(setting.codecs().decode(payload, type, outcome));
    } catch (AgentException e) {
      throw new Unreadable(
          new AgentException(Code.INVALID_ARGUMENT, outcome, String.valueOf(e.getMessage())));
    } catch (RuntimeException | StackOverflowError e) {
      throw new Unreadable(
          new AgentException(
              Code.INVALID_ARGUMENT,
              outcome,
              "the request of " + state.operation() + " is unreadable"));
    }
  }

  final Payload encode(@Nullable Object reply) {
    return setting.codecs().encode(reply, setting.operation().responseType());
  }

  /** A format may have a null of its own, and a handler that takes such a type expects it. */
  @SuppressWarnings("NullAway")
  private static Object uncheckedNull(@Nullable Object value) {
    return value;
  }

  private boolean isLate() {
    Long deadline = state.call().deadlineNanos();
    return deadline != null && deadline - System.nanoTime() <= 0;
  }

  /** The bytes are not what the operation takes; that is the caller's doing, not the handler's. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    final transient AgentException failure;

    Unreadable(AgentException failure) {
      super(null, null, false, false);
      this.failure = failure;
    }
  }
}
