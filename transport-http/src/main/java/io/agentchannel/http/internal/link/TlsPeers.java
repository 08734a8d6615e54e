package io.agentchannel.http.internal.link;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.netty.internal.Tls;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Whom TLS has proven at the other ends of connections, where certificates are the agents' own; of
 * each it is found out once. Thread-safe.
 */
record TlsPeers(TransportContext context) {
  private static final AttributeKey<AgentId> PEER = AttributeKey.valueOf(TlsPeers.class, "peer");

  /**
   * Null where TLS proves nobody.
   *
   * @throws AgentException if the certificate does not hold any more
   */
  @Nullable AgentId of(Channel connection) {
    if (!context.tls().isAgents()) {
      return null;
    }
    AgentId known = connection.attr(PEER).get();
    if (known == null) {
      known = Tls.provenPeer(connection, context);
      connection.attr(PEER).set(known);
    }
    return known;
  }
}
