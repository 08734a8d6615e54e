package io.agentchannel.websocket;

import io.agentchannel.spi.Link;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps what a link delivers. */
final class Inbox implements Link.Receiver {
  final BlockingQueue<byte[]> packets = new LinkedBlockingQueue<>();
  final CompletableFuture<@Nullable Throwable> closed = new CompletableFuture<>();

  /** True when a packet came first, false when the end did. */
  final CompletableFuture<Boolean> heard = new CompletableFuture<>();

  static Inbox of(Link link) {
    Inbox inbox = new Inbox();
    link.start(inbox);
    return inbox;
  }

  byte[] next() throws InterruptedException {
    return Rig.next(packets);
  }

  @Nullable Throwable end() throws Exception {
    return closed.get(10, TimeUnit.SECONDS);
  }

  @Override
  public void onPacket(ByteBuffer packet) {
    byte[] bytes = new byte[packet.remaining()];
    packet.get(bytes);
    packets.add(bytes);
    heard.complete(true);
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onReady() {}

  @Override
  public void onClosed(@Nullable Throwable cause) {
    closed.complete(cause);
    heard.complete(false);
  }
}
