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
   * The stage fails with an {@link io.agentchannel.AgentException}; once it has given a driver, the
   * host hears of everything else.
   *
   * @param intended the agent that is meant, or empty
   * @param expected the id that it must prove, or null for any
   */
  CompletionStage<LinkDriver> connect(
      URI endpoint, String intended, @Nullable AgentId expected, LinkHost host);
}
