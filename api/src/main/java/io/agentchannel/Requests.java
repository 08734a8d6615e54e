package io.agentchannel;

/**
 * The way from the caller to the handler, for one call. Calls on it are serial unless a method says
 * otherwise; none of them blocks.
 */
public interface Requests {

  /**
   * What an interceptor returns that has ended the call without going on: nothing goes anywhere.
   */
  static Requests ended() {
    return EndedRequests.INSTANCE;
  }

  /**
   * One message.
   *
   * @param last this direction is complete with it
   */
  void item(Payload item, boolean last);

  /** This direction is complete without another message. */
  void complete();

  /** Gives the call up; {@link Replies#end} still follows, unless it was first. From any thread. */
  void cancel(AgentException reason);

  /**
   * Whether a message would go out, or at least fit the peer's window, now. One that is given
   * nevertheless is kept until it does. From any thread.
   */
  boolean isReady();

  /** Replies can flow again: {@link Replies#isReady} turned true. */
  void onReady();

  /**
   * The caller has taken the next {@code count} replies: their room goes back to the handler's
   * side. Whoever swallows a reply says it for it. From any thread.
   */
  void taken(int count);
}
