package io.agentchannel.bench;

import io.agentchannel.Payload;
import io.agentchannel.ReplyStream;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/**
 * What one gets without asking for more: handlers on the agent's executor and callers that block, a
 * thread for each request in flight; a handler that sends its items in a loop, and a loop over them
 * at the caller.
 */
final class DefaultSubject extends AgentSubject {
  private final ExecutorService callers =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "blocking-caller");
            thread.setDaemon(true);
            return thread;
          });

  DefaultSubject(String listen) {
    super(
        listen,
        agent ->
            agent
                .serve(ECHO, (request, call) -> request)
                .serveStream(
                    ITEMS,
                    (count, out, call) -> {
                      for (int i = 0; i < count; i++) {
                        out.send(MESSAGE);
                      }
                    }));
  }

  @Override
  public void roundTrips(int count, Histogram nanos) {
    for (int i = 0; i < count; i++) {
      long sentAt = System.nanoTime();
      channel.request(ECHO, MESSAGE, OPTIONS);
      nanos.recordValue(System.nanoTime() - sentAt);
    }
  }

  @Override
  public void inFlight(int count, int atOnce) {
    Arrivals replies = new Arrivals(count);
    AtomicInteger unsent = new AtomicInteger(count);
    for (int i = 0; i < atOnce; i++) {
      callers.execute(() -> callWhileAny(unsent, replies));
    }
    replies.await();
  }

  private void callWhileAny(AtomicInteger unsent, Arrivals replies) {
    try {
      while (unsent.getAndDecrement() > 0) {
        channel.request(ECHO, MESSAGE, OPTIONS);
        replies.add();
      }
    } catch (RuntimeException e) {
      replies.fail(e);
    }
  }

  @Override
  public void stream(int count) {
    int taken = 0;
    try (ReplyStream<Payload> items = channel.stream(ITEMS, count, OPTIONS)) {
      for (Payload item : items) {
        taken += item.size() / MESSAGE_BYTES;
      }
    }
    if (taken != count) {
      throw new IllegalStateException("took " + taken + " items of " + count);
    }
  }

  @Override
  public void close() {
    callers.shutdown();
    super.close();
  }
}
