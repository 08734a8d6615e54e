package io.agentchannel.testkit.contract;

import io.agentchannel.spi.Link;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sends packets in order from a thread of its own, as fast as the link is ready for them. */
final class Sender {
  private static final long POLL_NANOS = 20_000;

  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private Sender() {}

  static Sender start(Link link, Recorder own, List<byte[]> packets) {
    Sender sender = new Sender();
    Thread thread =
        new Thread(() -> sender.run(link, own, packets), "agentchannel-contract-sender");
    thread.setDaemon(true);
    thread.start();
    return sender;
  }

  void join() throws Exception {
    done.get(20, TimeUnit.SECONDS);
  }

  private void run(Link link, Recorder own, List<byte[]> packets) {
    try {
      for (byte[] packet : packets) {
        while (!link.isReady()) {
          if (own.end().isDone()) {
            throw new AssertionError("the link ended before all was sent");
          }
          // The receiver's onReady is a test of its own.
          LockSupport.parkNanos(POLL_NANOS);
        }
        if (!link.send(ByteBuffer.wrap(packet.clone()))) {
          throw new AssertionError("the link refused a packet");
        }
      }
      done.complete(null);
    } catch (Throwable failure) {
      done.completeExceptionally(failure);
    }
  }
}
