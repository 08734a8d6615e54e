package io.agentchannel;

import org.jspecify.annotations.Nullable;

/** Who calls. */
public sealed interface Peer {

  /** A name for logs: the agent's name and short id, or the guest's address. */
  String displayName();

  /**
   * An agent that speaks through this library.
   *
   * @param name what it calls itself; a claim, while the id is what counts
   */
  record Agent(AgentId id, String name) implements Peer {
    @Override
    public String displayName() {
      return name + " " + id.abbreviated();
    }
  }

  /**
   * A plain client of a transport.
   *
   * @param scheme the transport's URI scheme
   * @param address where it calls from, as text
   * @param principal what its token stands for, or null for a guest without a token
   */
  record Guest(String scheme, String address, @Nullable String principal) implements Peer {
    @Override
    public String displayName() {
      return "guest " + address + " over " + scheme;
    }
  }
}
