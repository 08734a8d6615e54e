package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Peer;

/** Who may have the events of which topic. Thread-safe; does not block. */
@FunctionalInterface
public interface TopicAccess {

  /**
   * Returns if the peer may.
   *
   * @throws AgentException {@link io.agentchannel.Code#PERMISSION_DENIED}, fit for the peer
   */
  void checkTopic(Peer peer, String topic);
}
