package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Conversation;
import io.agentchannel.Handler;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Requests;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Messages both ways until the handler returns. */
final class DuplexRun extends HandlerRun implements Requests {
  private static final int MAX_AHEAD = 64;

  private final Handler.Duplex<Object, Object> handler;
  private final ReplyGate gate;
  private final Queue<Payload> received = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ahead = new AtomicInteger();
  private final AtomicBoolean heldBack = new AtomicBoolean();
  private volatile boolean openerComplete;
  private volatile boolean complete;

  DuplexRun(Setting setting, Handler.Duplex<Object, Object> handler) {
    super(setting);
    this.handler = handler;
    this.gate = new ReplyGate(state());
  }

  void begin() {
    begin(null);
  }

  @Override
  void serve() throws Exception {
    state().replies().accepted();
    handler.handle(new HandlerSide(), state());
    state().replies().end(null);
  }

  @Override
  void onDone() {
    gate.close("the conversation has ended: its handler has returned");
    received.clear();
  }

  @Override
  public void item(Payload item, boolean last) {
    if (openerComplete || state().replies().isEnded()) {
      return;
    }
    received.add(item);
    ahead.incrementAndGet();
    openerComplete = last;
    gate.wake();
  }

  @Override
  public void complete() {
    openerComplete = true;
    gate.wake();
  }

  @Override
  public void cancel(AgentException reason) {
    state().cancel(reason);
  }

  @Override
  public boolean isReady() {
    if (ahead.get() < MAX_AHEAD) {
      return true;
    }
    heldBack.set(true);
    return ahead.get() < MAX_AHEAD;
  }

  @Override
  public void onReady() {
    gate.wake();
  }

  @Override
  public void taken(int count) {}

  private void took() {
    state().replies().taken(1);
    if (ahead.decrementAndGet() < MAX_AHEAD && heldBack.getAndSet(false)) {
      state().replies().onReady();
    }
  }

  /** The handler's end of the conversation. */
  private final class HandlerSide implements Conversation<Object, Object> {
    @Override
    public void send(Object message) {
      Payload payload = encode(message);
      gate.await(() -> complete || state().replies().isReady(), "sending a message", true);
      if (complete) {
        throw new AgentException(
            Code.FAILED_PRECONDITION, Outcome.UNKNOWN, "this side has completed its direction");
      }
      state().replies().item(payload, false);
    }

    @Override
    public @Nullable Object receive() {
      Payload[] next = new Payload[1];
      // The order of the two looks matters: completion is set after the last message.
      gate.await(
          () -> {
            boolean noneFollows = openerComplete;
            next[0] = received.poll();
            return next[0] != null || noneFollows;
          },
          "receiving a message",
          true);
      if (next[0] == null) {
        return null;
      }
      took();
      try {
        return decode(next[0], Outcome.UNKNOWN);
      } catch (Unreadable e) {
        // The caller is told its own mistake; the handler only learns that the call is over.
        state().cancel(e.failure);
        throw e.failure;
      }
    }

    @Override
    public void complete() {
      complete = true;
      gate.wake();
    }

    @Override
    public void close() {
      if (complete) {
        state().replies().end(null);
      } else {
        state()
            .replies()
            .end(
                new AgentException(
                    Code.CANCELLED, Outcome.UNKNOWN, "the handler closed the conversation"));
      }
      gate.close("the conversation was closed");
    }
  }
}
