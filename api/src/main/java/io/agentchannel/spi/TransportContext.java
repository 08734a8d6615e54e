package io.agentchannel.spi;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** What the core gives to a transport. Thread-safe. */
public interface TransportContext {

  /** An SDK peer has arrived over this link, which is not started yet. */
  void accept(Link link);

  /** Where plain clients are admitted and call. */
  GuestCalls guests();

  Options options();

  LocalIdentity identity();

  TlsMaterial tls();

  /**
   * The proxy that outgoing TCP connections to this host take ({@code proxy:}), or null for none.
   * The host's name is then resolved by the proxy. May block; call it on {@link #workers}.
   */
  default @Nullable HttpProxy proxy(String host, int port) {
    return null;
  }

  /** For time-outs; tasks must be short. */
  ScheduledExecutorService timers();

  /** For what blocks. */
  Executor workers();
}
