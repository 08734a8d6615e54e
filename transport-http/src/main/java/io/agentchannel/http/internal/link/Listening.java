package io.agentchannel.http.internal.link;

import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.Resource;
import io.agentchannel.spi.Binding;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint that is listened at, and the links that peers have made there. A binding that closes
 * takes no new links; those that it has still need connections to be repeated over, so the port
 * stays open until the last of them has ended. Thread-safe.
 */
public final class Listening {
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<HttpLink> links = new HashSet<>();
  private List<Resource> resources = List.of();
  private @Nullable Binding binding;
  private boolean stopped;

  Listening() {}

  void serve(List<Resource> served) {
    resources = List.copyOf(served);
  }

  /** What peers ask for. */
  public List<Resource> resources() {
    return resources;
  }

  /** The port is bound; this is what the agent gets for it. */
  public Binding bound(Binding port) {
    lock.lock();
    try {
      binding = port;
    } finally {
      lock.unlock();
    }
    return new Binding() {
      @Override
      public URI endpoint() {
        return port.endpoint();
      }

      @Override
      public void close() {
        stop();
      }
    };
  }

  /**
   * A peer makes a link.
   *
   * @throws Refusal if no more are taken
   */
  void add(HttpLink link) throws Refusal {
    lock.lock();
    try {
      if (stopped) {
        throw new Refusal(HttpResponseStatus.SERVICE_UNAVAILABLE, "the agent is closing");
      }
      links.add(link);
    } finally {
      lock.unlock();
    }
    link.whenGone().thenRun(() -> remove(link));
  }

  private void remove(HttpLink link) {
    Binding idle;
    lock.lock();
    try {
      links.remove(link);
      idle = stopped && links.isEmpty() ? binding : null;
    } finally {
      lock.unlock();
    }
    if (idle != null) {
      idle.close();
    }
  }

  private void stop() {
    Binding idle;
    lock.lock();
    try {
      stopped = true;
      idle = links.isEmpty() ? binding : null;
    } finally {
      lock.unlock();
    }
    if (idle != null) {
      idle.close();
    }
  }
}
