package io.agentchannel.testkit;

import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.HttpProxy;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LocalIdentity;
import io.agentchannel.spi.Options;
import io.agentchannel.spi.TlsMaterial;
import io.agentchannel.spi.TransportContext;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** What a transport around another one gives to that: its own context, with something changed. */
public interface ForwardingContext extends TransportContext {

  /** Whose answers these are, where they are not overridden. */
  TransportContext context();

  @Override
  default void accept(Link link) {
    context().accept(link);
  }

  @Override
  default GuestCalls guests() {
    return context().guests();
  }

  @Override
  default Options options() {
    return context().options();
  }

  @Override
  default LocalIdentity identity() {
    return context().identity();
  }

  @Override
  default TlsMaterial tls() {
    return context().tls();
  }

  @Override
  default @Nullable HttpProxy proxy(String host, int port) {
    return context().proxy(host, port);
  }

  @Override
  default byte @Nullable [] card() {
    return context().card();
  }

  @Override
  default ScheduledExecutorService timers() {
    return context().timers();
  }

  @Override
  default Executor workers() {
    return context().workers();
  }
}
