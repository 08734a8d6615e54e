package io.agentchannel.cli;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import org.jspecify.annotations.Nullable;

/** Passes everything on; for interceptors that watch. */
public abstract class ForwardingReplies implements Replies {
  private final Replies replies;

  protected ForwardingReplies(Replies replies) {
    this.replies = replies;
  }

  @Override
  public void accepted() {
    replies.accepted();
  }

  @Override
  public void item(Payload item, boolean last) {
    replies.item(item, last);
  }

  @Override
  public void end(@Nullable AgentException failure) {
    replies.end(failure);
  }

  @Override
  public boolean isReady() {
    return replies.isReady();
  }

  @Override
  public void onReady() {
    replies.onReady();
  }

  @Override
  public void taken(int count) {
    replies.taken(count);
  }
}
