package io.agentchannel.core.serve;

import io.agentchannel.Handler;
import io.agentchannel.Payload;
import io.agentchannel.ReplySink;

/** One request, and items at the caller's pace until the handler returns. */
final class StreamRun extends HandlerRun {
  private final Handler.Stream<Object, Object> handler;
  private final ReplyGate gate;

  StreamRun(Setting setting, Handler.Stream<Object, Object> handler) {
    super(setting);
    this.handler = handler;
    this.gate = new ReplyGate(state());
  }

  @Override
  void serve() throws Exception {
    Object request = takeRequest();
    state().replies().accepted();
    handler.handle(request, new Sink(), state());
    state().replies().end(null);
  }

  @Override
  void onReady() {
    gate.wake();
  }

  @Override
  void onDone() {
    gate.close("the stream has ended: its handler has returned");
  }

  private final class Sink implements ReplySink<Object> {
    @Override
    public void send(Object item) {
      Payload payload = encode(item);
      gate.await(this::isReady, "sending an item", false);
      state().replies().item(payload, false);
    }

    @Override
    public boolean isReady() {
      return state().replies().isReady();
    }
  }
}
