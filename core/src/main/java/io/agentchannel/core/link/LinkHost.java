package io.agentchannel.core.link;

import io.agentchannel.AgentException;
import io.agentchannel.core.exchange.Session;
import io.agentchannel.core.security.Hello;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Who a link is driven for. Called on the link's thread, or where it was closed. */
public interface LinkHost {

  /**
   * The peer is authenticated: whether this agent wants it. Nothing of the peer's is used before
   * the stage completes, and {@link #onEstablished} follows only if it does. If it fails with a
   * {@link io.agentchannel.core.security.HandshakeException}, the peer is told its code and
   * message, else that something failed here. Called once, on the link's thread; must not block.
   */
  CompletionStage<?> admit(LinkDriver link, Hello peer);

  /**
   * The handshake is complete.
   *
   * @return the session with the peer's instance; what arrives next is its
   */
  Session onEstablished(LinkDriver link, Hello peer);

  /** The session has the link: calls go over it from now on. */
  void onLive(LinkDriver link);

  /**
   * The link has ended, once.
   *
   * @param failure why, or null for an orderly end
   */
  void onEnded(LinkDriver link, @Nullable AgentException failure);
}
