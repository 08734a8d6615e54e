package io.agentchannel.core.serve;

import io.agentchannel.Payload;
import io.agentchannel.Requests;
import org.jspecify.annotations.Nullable;

/** The way of the one request of a call, which is passed on once it is complete. */
abstract class OneRequest implements Requests {
  private final String operation;
  private @Nullable Payload request;
  private boolean complete;

  OneRequest(String operation) {
    this.operation = operation;
  }

  /** It is complete; at most once, and never beside {@link #refuse}. */
  abstract void whole(Payload request);

  /** There is none, or more than one, which is the caller's mistake; at most once. */
  abstract void refuse(String why);

  @Override
  public final void item(Payload item, boolean last) {
    if (complete) {
      return;
    }
    if (request != null) {
      complete = true;
      request = null;
      refuse(operation + " takes one request, and this is another");
      return;
    }
    request = item;
    if (last) {
      complete();
    }
  }

  @Override
  public final void complete() {
    if (complete) {
      return;
    }
    complete = true;
    Payload only = request;
    request = null;
    if (only == null) {
      refuse(operation + " takes one request, and none came");
    } else {
      whole(only);
    }
  }

  @Override
  public final boolean isReady() {
    return true;
  }

  @Override
  public final void taken(int count) {}
}
