package io.agentchannel;

/**
 * A link of the chain that every call passes, on the caller's side and on the server's: the only
 * extension point. The runtime's own deadline, retry and handler dispatch are links of it too.
 *
 * <p>{@link #intercept} runs once per call and must not block. It passes on what {@code next}
 * gives, or wraps it to see, change or replace messages one for one. It may fail the call by {@code
 * replies.end(…)} without going on, or start {@code next} again while nothing of the first run has
 * reached {@code replies}. Every call that is started ends exactly once, by {@link Replies#end} or
 * by an item that is the last: so a start and an end always pair.
 *
 * <p>Instances are shared by all calls and are thread-safe. An exception from here fails the call
 * with {@link Code#INTERNAL}.
 */
@FunctionalInterface
public interface Interceptor {

  Requests intercept(Call call, Replies replies, Next next);

  /** The rest of the chain. */
  @FunctionalInterface
  interface Next {
    Requests start(Call call, Replies replies);
  }
}
