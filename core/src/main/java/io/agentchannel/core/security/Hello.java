package io.agentchannel.core.security;

import io.agentchannel.AgentId;
import org.jspecify.annotations.Nullable;

/**
 * What each side says of itself in the handshake. Where links are sealed nobody else can read it.
 *
 * @param instance the 64 random bits of its process
 * @param window the credit that it gives to each OPEN, in bytes
 * @param resumeMillis how long it keeps exchanges without a link
 * @param ahead how many bytes of packets it sends on this link ahead of their acknowledgement; 0 if
 *     it needs none, since the link itself holds it back
 * @param greeting what its transport says to the other's; may be empty
 * @param invite the secret of an invitation, from the initiator to a responder whose id it knows;
 *     null for none
 */
public record Hello(
    AgentId id,
    String name,
    long instance,
    long window,
    long resumeMillis,
    long ahead,
    byte[] greeting,
    byte @Nullable [] invite) {

  /** The longest greeting, in bytes. */
  public static final int MAX_GREETING = 1024;

  /** The longest secret of an invitation, in bytes. */
  public static final int MAX_INVITE = 64;

  private static final byte[] NOTHING = new byte[0];

  /** What is the same on all links of a process. */
  public Hello(AgentId id, String name, long instance, long window, long resumeMillis) {
    this(id, name, instance, window, resumeMillis, 0, NOTHING, null);
  }

  /**
   * The same for one link.
   *
   * @throws IllegalArgumentException if greeting or invitation are too long
   */
  public Hello forLink(long linkAhead, byte[] linkGreeting, byte @Nullable [] linkInvite) {
    if (linkGreeting.length > MAX_GREETING) {
      throw new IllegalArgumentException("a greeting of " + linkGreeting.length + " bytes");
    }
    if (linkInvite != null && linkInvite.length > MAX_INVITE) {
      throw new IllegalArgumentException("an invitation of " + linkInvite.length + " bytes");
    }
    return new Hello(id, name, instance, window, resumeMillis, linkAhead, linkGreeting, linkInvite);
  }

  /** Who; never the secret. */
  @Override
  public String toString() {
    return "Hello[" + id + ", " + Long.toHexString(instance) + "]";
  }
}
