package io.agentchannel.core.trust;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.config.Grant;
import io.agentchannel.core.trust.TrustFiles.Invite;
import io.agentchannel.core.trust.TrustFiles.Invites;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The invitations of a home: made by commands, used once. Thread-safe. */
final class InviteBook {
  private static final int SECRET_BYTES = 24;
  private static final int MAX_INVITES = 256;

  private final TrustHome home;

  InviteBook(TrustHome home) {
    this.home = home;
  }

  /** A new secret, of which only the hash is kept. */
  byte[] make(AgentId agent, Grant grant, Duration validFor, Instant now) {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    home.lock()
        .holding(
            () -> {
              List<Invite> open = unexpired(now);
              if (open.size() >= MAX_INVITES) {
                throw new AgentException(
                    Code.RESOURCE_EXHAUSTED,
                    Outcome.NOT_SENT,
                    MAX_INVITES + " invitations are open; wait until some have run out");
              }
              open.add(new Invite(agent, hash(secret), grant.list(), now.plus(validFor)));
              home.invites().replace(new Invites(open));
              return null;
            });
    return secret;
  }

  /**
   * Uses an invitation: it is struck off, and the caller approved.
   *
   * @return what the caller was approved for; null if there is no such invitation, or no more
   */
  @Nullable Grant redeem(AgentId agent, byte[] secret, AgentId caller, String name, Instant now) {
    return home.lock()
        .holding(
            () -> {
              List<Invite> open = unexpired(now);
              Invite found = find(open, agent, hash(secret));
              if (found == null) {
                return null;
              }
              // Approved first: a crash in between leaves a caller who may use it again.
              Grant grant = Grant.of(found.operations());
              Approvals.add(home, caller, grant, name, now);
              open.remove(found);
              home.invites().replace(new Invites(open));
              return grant;
            });
  }

  private List<Invite> unexpired(Instant now) {
    List<Invite> open = new ArrayList<>(home.invites().read().invites());
    open.removeIf(invite -> !invite.expires().isAfter(now));
    return open;
  }

  /** Looks at all of them, each in a time that tells nothing. */
  private static @Nullable Invite find(List<Invite> open, AgentId agent, String hash) {
    byte[] wanted = hash.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    Invite found = null;
    for (Invite invite : open) {
      byte[] there = invite.hash().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      if (MessageDigest.isEqual(there, wanted) && invite.agent().equals(agent)) {
        found = invite;
      }
    }
    return found;
  }

  private static String hash(byte[] secret) {
    try {
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(secret));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
