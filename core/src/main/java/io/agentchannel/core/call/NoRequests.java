package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import io.agentchannel.Requests;

/** The requests of a call that ended before it began: nothing goes anywhere. */
enum NoRequests implements Requests {
  INSTANCE;

  @Override
  public void item(Payload item, boolean last) {}

  @Override
  public void complete() {}

  @Override
  public void cancel(AgentException reason) {}

  @Override
  public boolean isReady() {
    return false;
  }

  @Override
  public void onReady() {}

  @Override
  public void taken(int count) {}
}
