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

  /**
   * The agent's signed card as it holds now, JSON in UTF-8, for transports on which plain clients
   * can ask for it; null where the agent takes no guests. A signature now and then: cheap, but call
   * it on {@link #workers} where it is asked for often.
   */
  default byte @Nullable [] card() {
    return null;
  }

  /** For time-outs; tasks must be short. */
  ScheduledExecutorService timers();

  /** For what blocks. */
  Executor workers();
}
