package io.agentchannel.cli.exec;

import io.agentchannel.AgentId;
import io.agentchannel.CallContext;
import io.agentchannel.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** A call as a handler sees it, which the test cancels. */
final class HandlerCall implements CallContext {
  static final AgentId CALLER = AgentId.ofPublicKey(new byte[32]);

  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final List<Runnable> actions = new CopyOnWriteArrayList<>();

  void cancel() {
    if (cancelled.compareAndSet(false, true)) {
      actions.forEach(Runnable::run);
    }
  }

  @Override
  public Peer peer() {
    return new Peer.Agent(CALLER, "tester");
  }

  @Override
  public String operation() {
    return "run";
  }

  @Override
  public String exchangeId() {
    return "0123456789abcdef-1";
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public Duration timeLeft() {
    return null;
  }

  @Override
  public boolean isCancelled() {
    return cancelled.get();
  }

  @Override
  public void onCancel(Runnable action) {
    actions.add(action);
    if (cancelled.get()) {
      action.run();
    }
  }
}
