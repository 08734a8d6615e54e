package io.agentchannel.http.internal.link;

/** The words of the link protocol, in paths, parameters and headers. */
final class Words {
  static final String LINKS = "links";
  static final String HOOKS = "hooks";
  static final String CALLBACKS = "callbacks";

  /** Number of the batch in the body. */
  static final String BATCH = "batch";

  /** Number up to which batches of the other direction have arrived. */
  static final String AFTER = "after";

  /** Seconds that a request for a batch may wait for one. */
  static final String WAIT = "wait";

  /** Seconds that the caller may have no request open. */
  static final String QUIET = "quiet";

  /** The id of a new link. */
  static final String LINK_HEADER = "Agent-Link";

  /** Number of the batch in a response's body. */
  static final String BATCH_HEADER = "Agent-Batch";

  /** Asks a callback to prove itself. */
  static final String CHALLENGE = "challenge";

  private Words() {}
}
