package io.agentchannel.spi;

import io.agentchannel.AgentId;

/** Who this agent is, as far as a transport needs to know. */
public interface LocalIdentity {

  AgentId id();

  String name();

  /** The 64 random bits of this running process. */
  long instance();
}
