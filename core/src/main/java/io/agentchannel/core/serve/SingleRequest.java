package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Payload;
import io.agentchannel.Requests;
import org.jspecify.annotations.Nullable;

/** The way to a handler that takes exactly one request: it starts once that is complete. */
final class SingleRequest implements Requests {
  private final CallState state;
  private final HandlerRun run;
  private @Nullable Payload request;
  private boolean complete;

  SingleRequest(CallState state, HandlerRun run) {
    this.state = state;
    this.run = run;
  }

  @Override
  public void item(Payload item, boolean last) {
    if (complete) {
      return;
    }
    if (request != null) {
      complete = true;
      request = null;
      state.refuse(
          Code.INVALID_ARGUMENT, state.operation() + " takes one request, and this is another");
      return;
    }
    request = item;
    if (last) {
      complete();
    }
  }

  @Override
  public void complete() {
    if (complete) {
      return;
    }
    complete = true;
    Payload only = request;
    request = null;
    if (only == null) {
      state.refuse(Code.INVALID_ARGUMENT, state.operation() + " takes one request, and none came");
    } else {
      run.begin(only);
    }
  }

  @Override
  public void cancel(AgentException reason) {
    state.cancel(reason);
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void onReady() {
    run.onReady();
  }

  @Override
  public void taken(int count) {}
}
