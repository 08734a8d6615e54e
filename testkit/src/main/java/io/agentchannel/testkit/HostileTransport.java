package io.agentchannel.testkit;

import io.agentchannel.AgentId;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import io.agentchannel.testkit.Hostility.Trait;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Another transport with faults: tiny packets, delays, links that are cut after the n-th packet or
 * fall silent, packets that come twice or in the wrong order. Faults strike at this end of each
 * link, for both directions of it.
 *
 * <p>An agent takes it by URI, see {@link Hostility#applyTo}: with this module on the class path,
 * {@code hostile+} before the scheme of any transport found there does it. A test of links makes
 * one with {@link #around}. Thread-safe; closing it closes the transport below.
 */
public final class HostileTransport implements Transport {
  private final Transport transport;
  private final Hostility hostility;
  private final AtomicLong links = new AtomicLong();
  private final AtomicInteger strikes = new AtomicInteger();

  private HostileTransport(Transport transport, Hostility hostility) {
    this.transport = transport;
    this.hostility = hostility;
  }

  /** Treats every link of a transport so; endpoints are the transport's own. */
  public static HostileTransport around(Transport transport, Hostility hostility) {
    return new HostileTransport(transport, hostility);
  }

  @Override
  public Set<String> schemes() {
    return transport.schemes();
  }

  @Override
  public Set<String> optionKeys() {
    return transport.optionKeys();
  }

  @Override
  public CompletionStage<Link> connect(
      URI endpoint, @Nullable AgentId peer, TransportContext context) {
    CompletableFuture<Link> below =
        transport.connect(endpoint, peer, context).toCompletableFuture();
    CompletableFuture<Link> above = new CompletableFuture<>();
    below.whenComplete(
        (link, failure) -> {
          if (failure != null) {
            above.completeExceptionally(failure);
          } else if (!above.complete(wrap(link, context))) {
            link.close();
          }
        });
    above.whenComplete(
        (link, failure) -> {
          if (above.isCancelled()) {
            below.cancel(false);
          }
        });
    return above;
  }

  @Override
  public CompletionStage<Binding> listen(URI endpoint, TransportContext context) {
    return transport.listen(endpoint, new Door(context, link -> wrap(link, context)));
  }

  @Override
  public void close() {
    transport.close();
  }

  private Link wrap(Link link, TransportContext context) {
    long seed = hostility.get(Trait.SEED) * 1_000_003 + links.incrementAndGet();
    return new HostileLink(link, hostility, seed, context.timers(), this::mayStrike);
  }

  private boolean mayStrike() {
    return strikes.getAndIncrement() < hostility.get(Trait.TIMES);
  }

  /** The agent's context, with a say in what comes in. */
  private record Door(TransportContext context, UnaryOperator<Link> wrapping)
      implements ForwardingContext {

    @Override
    public void accept(Link link) {
      context.accept(wrapping.apply(link));
    }
  }
}
