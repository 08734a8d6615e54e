package io.agentchannel.core.route;

import io.agentchannel.AgentId;
import io.agentchannel.core.link.LinkDriver;
import io.agentchannel.core.link.LinkHost;
import java.net.URI;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Makes a link to an endpoint and begins its handshake. */
public interface Connector {

  /**
   * Who is meant to answer.
   *
   * @param intended the agent's name or id, or empty for whoever is there
   * @param expected the id that it must prove, or null for any
   * @param invite the secret of an invitation that it is shown once it has, or null
   * @param peer what the configuration calls it, or null if it is not there
   */
  record Aim(
      String intended,
      @Nullable AgentId expected,
      byte @Nullable [] invite,
      @Nullable String peer) {

    /** The same, when it is known who has to answer. */
    public Aim expecting(@Nullable AgentId id) {
      return new Aim(intended, id, invite, peer);
    }

    /** Without the secret. */
    @Override
    public String toString() {
      return "Aim[" + intended + ", " + expected + "]";
    }
  }

  /**
   * The stage fails with an {@link io.agentchannel.AgentException}; once it has given a driver, the
   * host hears of everything else.
   */
  CompletionStage<LinkDriver> connect(URI endpoint, Aim aim, LinkHost host);
}
