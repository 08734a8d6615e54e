package io.agentchannel.core.call;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.DirectSection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of the chain, played by a test: it sees what the caller sends and replies from a thread
 * of its own, which stands for the link's. A cancel ends the call at once on the thread it comes
 * from, as an exchange does, with the outcome that fits what was sent.
 */
final class ScriptedPeer implements Interceptor.Next, AutoCloseable {
  final BlockingQueue<Exchange> started = new LinkedBlockingQueue<>();
  final ExecutorService link =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "scripted link"));
  private final Consumer<Exchange> onStart;

  ScriptedPeer() {
    this(exchange -> {});
  }

  /**
   * @param onStart runs within {@link #start}
   */
  ScriptedPeer(Consumer<Exchange> onStart) {
    this.onStart = onStart;
  }

  @Override
  public Requests start(Call call, Replies replies) {
    Exchange exchange = new Exchange(call, replies);
    started.add(exchange);
    onStart.accept(exchange);
    return exchange;
  }

  Exchange next() {
    try {
      Exchange exchange = started.poll(10, SECONDS);
      if (exchange == null) {
        throw new AssertionError("no call was started");
      }
      return exchange;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    link.shutdown();
    if (!link.awaitTermination(10, SECONDS)) {
      throw new AssertionError("the scripted link hangs");
    }
  }

  /** One call as its peer sees it. */
  final class Exchange implements Requests {
    final Call call;
    final Replies replies;
    final BlockingQueue<Payload> items = new LinkedBlockingQueue<>();
    final CompletableFuture<AgentException> cancelled = new CompletableFuture<>();
    final CompletableFuture<Void> completed = new CompletableFuture<>();
    volatile Consumer<Exchange> onItem = exchange -> {};
    volatile Consumer<Exchange> onTaken = exchange -> {};
    volatile boolean answersCancel = true;
    private volatile boolean ready = true;
    private boolean sent;
    private int taken;

    private Exchange(Call call, Replies replies) {
      this.call = call;
      this.replies = replies;
    }

    @Override
    public void item(Payload item, boolean last) {
      synchronized (this) {
        sent = true;
      }
      items.add(item);
      if (last) {
        completed.complete(null);
      }
      onItem.accept(this);
    }

    @Override
    public void complete() {
      completed.complete(null);
    }

    @Override
    public void cancel(AgentException reason) {
      if (!cancelled.complete(reason)) {
        throw new AssertionError("cancelled twice");
      }
      if (answersCancel) {
        replies.end(
            new AgentException(
                reason.code(), isSent() ? Outcome.UNKNOWN : Outcome.NOT_SENT, reason.getMessage()));
      }
    }

    private synchronized boolean isSent() {
      return sent;
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void onReady() {}

    @Override
    public void taken(int count) {
      synchronized (this) {
        taken += count;
      }
      onTaken.accept(this);
    }

    synchronized int taken() {
      return taken;
    }

    void ready(boolean now) {
      if (now) {
        link(
            () -> {
              ready = true;
              replies.onReady();
            });
      } else {
        ready = false;
      }
    }

    Payload awaitItem() {
      try {
        Payload item = items.poll(10, SECONDS);
        if (item == null) {
          throw new AssertionError("no message came");
        }
        return item;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    AgentException awaitCancel() {
      return cancelled.orTimeout(10, SECONDS).join();
    }

    void accepted() {
      link(replies::accepted);
    }

    void reply(String text, boolean last) {
      link(() -> replies.item(Payload.ofText(text), last));
    }

    void reply(Payload item, boolean last) {
      link(() -> replies.item(item, last));
    }

    void end(@Nullable AgentException failure) {
      link(() -> replies.end(failure));
    }

    void fail(Code code, Outcome outcome) {
      end(new AgentException(code, outcome, "scripted"));
    }

    void link(Runnable task) {
      link.execute(
          () -> {
            DirectSection.enter();
            try {
              task.run();
            } finally {
              DirectSection.exit();
            }
          });
    }
  }
}
