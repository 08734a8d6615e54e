package io.agentchannel.core.exchange;

/**
 * What is left of an earlier session with the same instance of a peer, which was dropped when it
 * had been without a link for long.
 *
 * @param next the lowest counter that it had not used for an exchange of its own: used again, the
 *     peer could take a new exchange for an old one
 * @param lost whether the peer's exchanges that it knew of are forgotten: then one that was sent
 *     before cannot be told from one that never arrived, and does not run
 */
public record Past(long next, boolean lost) {

  /** This is certainly the first session with that instance. */
  public static final Past NONE = new Past(1, false);

  /** Nobody knows whether there was one. */
  public static final Past UNKNOWN = new Past(1, true);
}
