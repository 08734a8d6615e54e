package io.agentchannel.core.serve;

import io.agentchannel.Handler;

/** One request; the caller learns that it was accepted before the handler runs. */
final class OneWayRun extends HandlerRun {
  private final Handler.OneWay<Object> handler;

  OneWayRun(Setting setting, Handler.OneWay<Object> handler) {
    super(setting);
    this.handler = handler;
  }

  @Override
  void serve() throws Exception {
    Object request = takeRequest();
    state().replies().accepted();
    state().replies().end(null);
    handler.handle(request, state());
  }
}
