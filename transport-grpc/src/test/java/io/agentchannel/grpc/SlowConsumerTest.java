package io.agentchannel.grpc;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.Operation;
import io.agentchannel.ReplyStream;
import io.agentchannel.Streaming;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stream of 640 MB to a consumer that is slower than its producer. */
@Timeout(60)
class SlowConsumerTest {
  private static final int ITEMS = 10_000;
  private static final int ITEM = 64 * 1024;

  /** The window at its widest, one more at the socket, and what is in the hands of either side. */
  private static final int MOST_AHEAD = 12 * 1024 * 1024 / ITEM;

  private static final Streaming<Integer, byte[]> BLOCKS =
      Operation.streaming("blocks", Integer.class, byte[].class);

  @RegisterExtension final ServingAgent agents = new ServingAgent();

  @Test
  void whatIsOnTheWayStaysBounded() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    CountDownLatch heldBack = new CountDownLatch(1);
    byte[] block = new byte[ITEM];
    Agent agent =
        agents.start(
            b ->
                b.serveStream(
                    BLOCKS,
                    (count, out, call) -> {
                      for (int i = 0; i < count; i++) {
                        if (!out.isReady()) {
                          heldBack.countDown();
                        }
                        out.send(block);
                        sent.incrementAndGet();
                      }
                    }));
    int received = 0;
    try (ReplyStream<byte[]> blocks =
        agents.caller().channel(agent.endpoints().get(0).toString()).stream(BLOCKS, ITEMS)) {
      for (byte[] item : blocks) {
        assertThat(item).hasSize(ITEM);
        if (received++ == 0) {
          assertThat(heldBack.await(10, SECONDS)).isTrue();
        }
        assertThat(sent.get() - received).isLessThan(MOST_AHEAD);
      }
    }
    assertThat(received).isEqualTo(ITEMS);
  }
}
