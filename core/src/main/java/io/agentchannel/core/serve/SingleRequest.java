package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Payload;

/** The way to a handler that takes exactly one request: it starts once that is complete. */
final class SingleRequest extends OneRequest {
  private final CallState state;
  private final HandlerRun run;

  SingleRequest(CallState state, HandlerRun run) {
    super(state.operation());
    this.state = state;
    this.run = run;
  }

  @Override
  void whole(Payload request) {
    run.begin(request);
  }

  @Override
  void refuse(String why) {
    state.refuse(Code.INVALID_ARGUMENT, why);
  }

  @Override
  public void cancel(AgentException reason) {
    state.cancel(reason);
  }

  @Override
  public void onReady() {
    run.onReady();
  }
}
