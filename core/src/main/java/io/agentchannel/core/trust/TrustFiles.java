package io.agentchannel.core.trust;

import io.agentchannel.AgentId;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the files of a home hold. Lists that are missing are empty; fields may be added. */
final class TrustFiles {
  private TrustFiles() {}

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  /** {@code trust.json}: who was approved, by commands alone. */
  record Approved(List<Approval> approved) {
    static final Approved NONE = new Approved(List.of());

    Approved {
      approved = orEmpty(approved);
    }
  }

  /**
   * One approval.
   *
   * @param operations names, or {@code *} for all
   * @param name what the agent called itself then; for people
   */
  record Approval(AgentId id, List<String> operations, @Nullable String name, Instant since) {
    Approval {
      Objects.requireNonNull(id, "an approval has no id");
      operations = orEmpty(operations);
    }
  }

  /** {@code pending.json}: who was refused and may be approved. */
  record Pending(List<Caller> pending) {
    static final Pending NONE = new Pending(List.of());

    Pending {
      pending = orEmpty(pending);
    }
  }

  /**
   * One refused caller.
   *
   * @param name what it calls itself; anything
   * @param from its address, for people
   * @param called the name of the agent that refused it
   */
  record Caller(
      AgentId id,
      String name,
      String from,
      String called,
      Instant first,
      Instant last,
      long count) {
    Caller {
      Objects.requireNonNull(id, "a caller has no id");
    }
  }

  /** {@code pins.json}: which key a peer has shown first. */
  record Pinned(List<PinEntry> pins) {
    static final Pinned NONE = new Pinned(List.of());

    Pinned {
      pins = orEmpty(pins);
    }
  }

  /**
   * One pin.
   *
   * @param name the configured name, or where it was reached; see {@link Pins#nameOf}
   * @param at the endpoint, for people and for later calls by id
   */
  record PinEntry(String name, AgentId id, @Nullable String at, Instant since) {
    PinEntry {
      Objects.requireNonNull(name, "a pin has no name");
      Objects.requireNonNull(id, "a pin has no id");
      if (at != null) {
        URI.create(at);
      }
    }
  }

  /** {@code invites.json}: secrets that were given out and not used yet. */
  record Invites(List<Invite> invites) {
    static final Invites NONE = new Invites(List.of());

    Invites {
      invites = orEmpty(invites);
    }
  }

  /**
   * One invitation.
   *
   * @param agent whom it is to
   * @param hash SHA-256 of the secret, in base64
   */
  record Invite(AgentId agent, String hash, List<String> operations, Instant expires) {
    Invite {
      Objects.requireNonNull(agent, "an invite has no agent");
      Objects.requireNonNull(hash, "an invite has no hash");
      Objects.requireNonNull(expires, "an invite has no end");
      operations = orEmpty(operations);
    }
  }
}
