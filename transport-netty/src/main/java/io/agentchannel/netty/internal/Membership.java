package io.agentchannel.netty.internal;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.TransportContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A transport's place in the {@link Network} of its agent: taken with the first use, given up once.
 * Thread-safe.
 */
public final class Membership {
  private final String transport;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Network network;
  private boolean ended;

  /**
   * @param transport what errors call it: {@code WebSocket}
   */
  public Membership(String transport) {
    this.transport = transport;
  }

  /**
   * The network, which the first who asks makes the transport join.
   *
   * @throws AgentException {@link Code#UNAVAILABLE} after {@link #end}
   */
  public Network network(TransportContext context) {
    lock.lock();
    try {
      if (ended) {
        throw new AgentException(
            Code.UNAVAILABLE, Outcome.NOT_SENT, "the " + transport + " transport is closed");
      }
      if (network == null) {
        network = Network.join(context);
      }
      return network;
    } finally {
      lock.unlock();
    }
  }

  /** Does this in the network; an {@link AgentException} thrown is one that the future has. */
  public <T> CompletableFuture<T> with(
      TransportContext context, Function<Network, CompletableFuture<T>> work) {
    try {
      return work.apply(network(context));
    } catch (AgentException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /**
   * Gives the place up: from now on nobody gets at the network here.
   *
   * @return what the caller has to {@linkplain Network#leave leave}, when its sockets are closed;
   *     null if the transport never joined, or this was done before
   */
  public @Nullable Network end() {
    lock.lock();
    try {
      Network left = ended ? null : network;
      ended = true;
      return left;
    } finally {
      lock.unlock();
    }
  }
}
