package io.agentchannel.core;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.link.LinkDriver;
import io.agentchannel.core.link.LinkHost;
import io.agentchannel.core.route.Connector.Aim;
import io.agentchannel.core.security.HandshakeException;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.trust.Pins;
import io.agentchannel.core.trust.Trust;
import io.agentchannel.spi.LinkInfo;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who has to answer at one endpoint. A peer whose id nobody has said is believed on first use, as
 * ssh does, where nobody is in between: its key is pinned then, unless it is one of this home's.
 * Through a broker or a relay anyone could answer, so the id must be known. Immutable.
 */
final class Expectation {
  private final Trust trust;
  private final URI endpoint;
  private final Aim aim;
  private final @Nullable AgentId pinned;
  private final @Nullable AgentId inHome;
  private final String pin;

  /**
   * @param pinned the id that was seen there before
   * @param inHome the agent of that name whose key is in this home
   */
  Expectation(
      Trust trust, URI endpoint, Aim aim, @Nullable AgentId pinned, @Nullable AgentId inHome) {
    this.trust = trust;
    this.endpoint = endpoint;
    this.aim = aim;
    this.pinned = pinned;
    this.inHome = inHome;
    this.pin = Pins.nameOf(aim.peer(), endpoint);
  }

  /** For a transport that finds its peer by the id. */
  @Nullable AgentId hint() {
    AgentId said = aim.expected();
    return said != null ? said : inHome != null ? inHome : pinned;
  }

  /**
   * Whom the handshake is to ask for over this link, and which id it has to prove.
   *
   * @throws AgentException if the id would have to be known
   */
  Aim aimOver(LinkInfo link) {
    if (aim.expected() != null) {
      return aim;
    }
    if (link.path() == LinkInfo.Path.DIRECT) {
      return aim.expecting(pinned);
    }
    if (inHome == null) {
      throw idNeeded(endpoint, aim.peer());
    }
    return aim.expecting(inHome);
  }

  private static AgentException idNeeded(URI endpoint, @Nullable String peer) {
    return new AgentException(
        Code.FAILED_PRECONDITION,
        Outcome.NOT_SENT,
        endpoint
            + ": what is in between could answer in the peer's place, so its id must be known: "
            + (peer == null
                ? "configure it under peers with id: and at:"
                : "set peers." + peer + ".id")
            + " (`agentchannel id` prints it there), or use an invitation");
  }

  /** The host with what is done here before and after. */
  LinkHost watching(LinkHost host) {
    return new Watch(host);
  }

  private final class Watch implements LinkHost {
    private final LinkHost host;

    Watch(LinkHost host) {
      this.host = host;
    }

    @Override
    public CompletionStage<?> admit(LinkDriver link, Hello peer) {
      if (aim.expected() != null
          || link.info().path() != LinkInfo.Path.DIRECT
          || trust.isInHome(peer.id())) {
        return host.admit(link, peer);
      }
      return trust
          .pins()
          .pin(pin, peer.id(), endpoint)
          .thenCompose(
              now ->
                  now.equals(peer.id())
                      ? host.admit(link, peer)
                      : CompletableFuture.failedStage(
                          HandshakeException.refuse(
                              Code.UNAUTHENTICATED, "another agent was known at this address")));
    }

    @Override
    public Session onEstablished(LinkDriver link, Hello peer) {
      return host.onEstablished(link, peer);
    }

    @Override
    public void onLive(LinkDriver link) {
      if (aim.invite() != null && aim.expected() != null) {
        trust.pins().pin(pin, aim.expected(), endpoint);
      }
      host.onLive(link);
    }

    @Override
    public void onEnded(LinkDriver link, @Nullable AgentException failure) {
      if (pinned != null
          && failure != null
          && failure.getCause() instanceof HandshakeException why
          && why.isOtherPeer()) {
        host.onEnded(link, otherThanPinned(why));
      } else {
        host.onEnded(link, failure);
      }
    }

    private AgentException otherThanPinned(Throwable failure) {
      return new AgentException(
          Code.UNAUTHENTICATED,
          Outcome.NOT_SENT,
          endpoint
              + ": another agent answers than before, when it was "
              + pinned
              + "; if the agent has a new key, accept it with "
              + Pins.forgetCommand(pin)
              + "; if not, somebody else is in its place",
          failure);
    }
  }
}
