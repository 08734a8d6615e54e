package io.agentchannel.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.spi.Link;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(30)
class OutgoingTest {
  @RegisterExtension final Rig rig = new Rig();

  @Test
  void aPacketOfTheEventLoopDoesNotOvertakeOneHandedOver() throws Exception {
    Link near = rig.connect(rig.listen("ws://127.0.0.1:0").endpoint());
    Inbox.of(near);
    Inbox atFar = Inbox.of(Rig.next(rig.accepted));
    CountDownLatch handedOver = new CountDownLatch(1);
    CompletableFuture<Boolean> sent = new CompletableFuture<>();
    near.executor()
        .execute(
            () -> {
              awaitIt(handedOver);
              sent.complete(near.send(ByteBuffer.wrap(new byte[] {2})));
            });
    near.send(ByteBuffer.wrap(new byte[] {1}));
    handedOver.countDown();

    assertThat(Rig.get(sent)).isTrue();
    assertThat(atFar.next()).containsExactly(1);
    assertThat(atFar.next()).containsExactly(2);
  }

  @Test
  void packetsHandedOverToABusyEventLoopCount() throws Exception {
    Link near = rig.connect(rig.listen("ws://127.0.0.1:0").endpoint());
    CountDownLatch ready = new CountDownLatch(1);
    near.start(
        new Link.Receiver() {
          @Override
          public void onPacket(ByteBuffer packet) {}

          @Override
          public void onReadComplete() {}

          @Override
          public void onReady() {
            ready.countDown();
          }

          @Override
          public void onClosed(@Nullable Throwable cause) {}
        });
    Inbox atFar = Inbox.of(Rig.next(rig.accepted));
    CountDownLatch busy = new CountDownLatch(1);
    near.executor().execute(() -> awaitIt(busy));
    int sent = 0;
    while (near.isReady()) {
      assertThat(near.send(ByteBuffer.allocate(1024))).isTrue();
      assertThat(++sent).isLessThan(100_000);
    }
    assertThat(sent).isEqualTo(256);
    busy.countDown();

    assertThat(ready.await(10, SECONDS)).isTrue();
    for (int i = 0; i < sent; i++) {
      assertThat(atFar.next()).hasSize(1024);
    }
  }

  private static void awaitIt(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
