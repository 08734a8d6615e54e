package io.agentchannel;

/** How a handler is run. Immutable. */
public final class HandlerOptions {
  private static final HandlerOptions POOLED = new HandlerOptions(false);
  private static final HandlerOptions DIRECT = new HandlerOptions(true);

  private final boolean direct;

  private HandlerOptions(boolean direct) {
    this.direct = direct;
  }

  /** On the agent's executor, where it may block. The default. */
  public static HandlerOptions pooled() {
    return POOLED;
  }

  /**
   * Where the packet arrives, without a hand-over: quickest, for handlers that do not block. A
   * blocking call of this library from there fails with {@link Code#FAILED_PRECONDITION} instead of
   * waiting for a packet that its own thread would have to read.
   */
  public static HandlerOptions direct() {
    return DIRECT;
  }

  public boolean isDirect() {
    return direct;
  }
}
