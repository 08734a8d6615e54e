package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The calls of a channel, or of all channels of an agent, that have not ended. Thread-safe. */
public final class LiveCalls {
  private final @Nullable LiveCalls parent;
  private final Set<OutgoingCall> calls = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Those of an agent. */
  public LiveCalls() {
    this(null);
  }

  /** Those of a channel, which are its agent's, too. */
  LiveCalls(@Nullable LiveCalls parent) {
    this.parent = parent;
  }

  /**
   * @return false when closed, which leaves the call out
   */
  boolean add(OutgoingCall call) {
    calls.add(call);
    // Looked at after adding: the closing thread either finds the call, or closed before this line.
    if (closed || (parent != null && !parent.add(call))) {
      calls.remove(call);
      return false;
    }
    return true;
  }

  void remove(OutgoingCall call) {
    calls.remove(call);
    if (parent != null) {
      parent.remove(call);
    }
  }

  int size() {
    return calls.size();
  }

  /** Gives up all calls and lets no more in; does nothing the second time. */
  public void close(AgentException reason) {
    closed = true;
    for (OutgoingCall call : calls) {
      call.giveUp(reason);
    }
  }
}
