package io.agentchannel.core.serve;

import io.agentchannel.Handler;

/** One request, one reply, on one thread. */
final class UnaryRun extends HandlerRun {
  private final Handler.Unary<Object, Object> handler;

  UnaryRun(Setting setting, Handler.Unary<Object, Object> handler) {
    super(setting);
    this.handler = handler;
  }

  @Override
  void serve() throws Exception {
    Object reply = handler.handle(takeRequest(), state());
    state().replies().item(encode(reply), true);
  }
}
