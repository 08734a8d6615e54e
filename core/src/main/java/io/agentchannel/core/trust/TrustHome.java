package io.agentchannel.core.trust;

import io.agentchannel.AgentException;
import io.agentchannel.core.config.AgentHome;
import io.agentchannel.core.trust.TrustFiles.Approved;
import io.agentchannel.core.trust.TrustFiles.Invites;
import io.agentchannel.core.trust.TrustFiles.Pending;
import io.agentchannel.core.trust.TrustFiles.Pinned;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files in which the agents and commands of one user keep whom they trust. Only commands write
 * {@code trust.json}, but for invitations that are used; agents write who waits and which keys they
 * have seen. Immutable and thread-safe.
 */
public final class TrustHome {
  private final Path directory;
  private final HomeLock lock;
  private final JsonFile<Approved> approved;
  private final JsonFile<Pending> pending;
  private final JsonFile<Pinned> pins;
  private final JsonFile<Invites> invites;

  private TrustHome(Path directory) {
    this.directory = directory;
    this.lock = new HomeLock(directory);
    this.approved = new JsonFile<>(directory.resolve("trust.json"), Approved.class, Approved.NONE);
    this.pending = new JsonFile<>(directory.resolve("pending.json"), Pending.class, Pending.NONE);
    this.pins = new JsonFile<>(directory.resolve("pins.json"), Pinned.class, Pinned.NONE);
    this.invites = new JsonFile<>(directory.resolve("invites.json"), Invites.class, Invites.NONE);
  }

  /** The files of a home, which need not exist; null for a user without one. */
  public static @Nullable TrustHome of(AgentHome home) {
    try {
      return new TrustHome(home.directory());
    } catch (AgentException e) {
      return null;
    }
  }

  /** The files in a folder, which need not exist. */
  public static TrustHome at(Path directory) {
    return new TrustHome(directory.toAbsolutePath().normalize());
  }

  Path directory() {
    return directory;
  }

  HomeLock lock() {
    return lock;
  }

  JsonFile<Approved> approved() {
    return approved;
  }

  JsonFile<Pending> pending() {
    return pending;
  }

  JsonFile<Pinned> pins() {
    return pins;
  }

  JsonFile<Invites> invites() {
    return invites;
  }
}
