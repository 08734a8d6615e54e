package io.agentchannel.spi;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** What the core gives to a transport. Thread-safe. */
public interface TransportContext {

  /** An SDK peer has arrived over this link, which is not started yet. */
  void accept(Link link);

  /** Where plain clients are admitted and call. */
  GuestCalls guests();

  Options options();

  LocalIdentity identity();

  TlsMaterial tls();

  /** For time-outs; tasks must be short. */
  ScheduledExecutorService timers();

  /** For what blocks. */
  Executor workers();
}
