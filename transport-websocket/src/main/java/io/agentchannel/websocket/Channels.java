package io.agentchannel.websocket;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What is open in one transport, so that its close reaches everything. Thread-safe. */
final class Channels {
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Closes the channel if it comes too late. */
  void add(Channel channel) {
    open.add(channel);
    channel.closeFuture().addListener(gone -> open.remove(channel));
    if (closed) {
      channel.close();
    }
  }

  /** Links end with a Close that says so, anything else at once. */
  void close() {
    closed = true;
    for (Channel channel : open) {
      WebSocketLink link = channel.pipeline().get(WebSocketLink.class);
      if (link == null) {
        channel.close();
      } else {
        link.close(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE);
      }
    }
  }

  /** Waits until all are gone, but not longer than this. */
  void awaitNone(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (Channel channel : open) {
      channel
          .closeFuture()
          .awaitUninterruptibly(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }
}
