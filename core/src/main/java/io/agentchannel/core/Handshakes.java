package io.agentchannel.core;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.core.config.Settings.Security;
import io.agentchannel.core.route.Connector.Aim;
import io.agentchannel.core.security.Handshake;
import io.agentchannel.core.security.HandshakeException;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.core.security.LinkIdentity;
import io.agentchannel.core.security.PlainHandshake;
import io.agentchannel.core.security.SealedHandshake;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Which handshake a link gets. A transport that has proven and encrypted the link itself is not
 * asked to do it twice; any other link is sealed, unless the configuration says {@code security:
 * none}. Thread-safe.
 */
final class Handshakes {
  private final Hello hello;
  private final LinkIdentity identity;
  private final Security security;
  private final long unacknowledged;

  /**
   * @param hello what is said on every link
   * @param unacknowledged what may go ahead of acknowledgements where the link holds nobody back
   */
  Handshakes(Hello hello, IdentityKey key, Security security, long unacknowledged) {
    this.hello = hello;
    this.identity = LinkIdentity.of(key);
    this.security = security;
    this.unacknowledged = unacknowledged;
  }

  /** What this side says on a link. */
  Hello hello(Link link, byte @Nullable [] invite) {
    ByteBuffer greeting = link.greeting();
    byte[] bytes = new byte[greeting.remaining()];
    greeting.get(greeting.position(), bytes);
    return hello.forLink(isDirect(link) ? 0 : unacknowledged, bytes, invite);
  }

  private static boolean isDirect(Link link) {
    return link.info().path() == LinkInfo.Path.DIRECT;
  }

  /**
   * @throws AgentException if the transport has proven another peer than the one that is meant
   */
  Handshake initiator(Link link, Hello self, Aim aim) {
    AgentId proven = link.info().provenPeer();
    if (proven != null) {
      try {
        return PlainHandshake.provenInitiator(self, aim.intended(), aim.expected(), proven);
      } catch (HandshakeException e) {
        throw e.toAgentException(link.info().remote());
      }
    }
    return security == Security.NONE
        ? PlainHandshake.initiator(self, aim.intended(), aim.expected())
        : SealedHandshake.initiator(
            self, identity, aim.intended(), aim.expected(), !isDirect(link));
  }

  Handshake responder(Link link, Hello self) {
    AgentId proven = link.info().provenPeer();
    if (proven != null) {
      return PlainHandshake.provenResponder(self, proven);
    }
    return security == Security.NONE
        ? PlainHandshake.responder(self)
        : SealedHandshake.responder(self, identity, !isDirect(link));
  }
}
