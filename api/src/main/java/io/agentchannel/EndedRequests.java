package io.agentchannel;

/** Behind {@link Requests#ended}. */
enum EndedRequests implements Requests {
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
