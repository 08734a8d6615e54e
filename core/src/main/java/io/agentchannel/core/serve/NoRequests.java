package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import io.agentchannel.Requests;

/** What the caller of a refused call may still say: nothing that matters. */
final class NoRequests implements Requests {
  static final Requests INSTANCE = new NoRequests();

  private NoRequests() {}

  @Override
  public void item(Payload item, boolean last) {}

  @Override
  public void complete() {}

  @Override
  public void cancel(AgentException reason) {}

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void onReady() {}

  @Override
  public void taken(int count) {}
}
