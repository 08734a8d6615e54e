package io.agentchannel;

/** What is known of the handler's run when a call has failed. */
public enum Outcome {
  /** The handler certainly did not run: the call never left, or was refused before it. */
  NOT_SENT,
  /** Everything else: the handler may have run, may be running, or may not have. */
  UNKNOWN,
  /** The handler ran to its end; the failure is its answer, or came after it. */
  PROCESSED
}
