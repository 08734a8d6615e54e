package io.agentchannel.core;

import io.agentchannel.AgentId;
import io.agentchannel.core.route.Connector.Aim;
import io.agentchannel.core.trust.Pins;
import io.agentchannel.core.trust.Trust;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who has to answer when this agent calls out: whom the caller named, or else the key that was
 * shown there before, or a key of one's own home. Thread-safe.
 */
final class Outbound {
  private final Trust trust;

  Outbound(Trust trust) {
    this.trust = trust;
  }

  /** Does not block; the stage completes at once where the id is known. */
  CompletionStage<Expectation> expect(URI endpoint, Aim aim) {
    if (aim.expected() != null) {
      return CompletableFuture.completedStage(new Expectation(trust, endpoint, aim, null, null));
    }
    return trust
        .pins()
        .find(Pins.nameOf(aim.peer(), endpoint))
        .thenApply(pinned -> new Expectation(trust, endpoint, aim, pinned, inHome(aim)));
  }

  private @Nullable AgentId inHome(Aim aim) {
    String peer = aim.peer();
    AgentId named = peer == null ? null : trust.inHome(peer);
    return named == null ? trust.inHome(aim.intended()) : named;
  }
}
