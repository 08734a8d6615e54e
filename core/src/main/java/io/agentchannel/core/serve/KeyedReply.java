package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import org.jspecify.annotations.Nullable;

/**
 * One signal of a keyed run, as recorded.
 *
 * @param item null for an end
 * @param isEnd whether nothing follows
 */
record KeyedReply(@Nullable Payload item, boolean isEnd, @Nullable AgentException failure) {
  private static final int COST = 64;

  static KeyedReply item(Payload item, boolean last) {
    return new KeyedReply(item, last, null);
  }

  static KeyedReply end(@Nullable AgentException failure) {
    return new KeyedReply(null, true, failure);
  }

  /** An end needs no room at the caller. */
  boolean needsRoom() {
    return item != null;
  }

  void giveTo(Replies replies) {
    if (item == null) {
      replies.end(failure);
    } else {
      replies.item(item, isEnd);
    }
  }

  long cost() {
    if (item != null) {
      return COST + item.size();
    }
    return failure == null ? 0 : COST + 2L * String.valueOf(failure.getMessage()).length();
  }
}
