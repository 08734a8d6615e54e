package io.agentchannel.core.serve;

import io.agentchannel.Handler;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * One request, one reply when the handler's stage completes, on the thread that completes it. The
 * call holds its place until then, cancelled or not: the handler's work is not over before.
 */
final class AsyncRun extends HandlerRun {
  private final Handler.Async<Object, Object> handler;

  AsyncRun(Setting setting, Handler.Async<Object, Object> handler) {
    super(setting);
    this.handler = handler;
  }

  @Override
  void serve() throws Exception {
    CompletionStage<Object> stage =
        Objects.requireNonNull(
            handler.handle(takeRequest(), state()), "the handler returned no stage");
    stage.whenComplete(
        (reply, failure) -> {
          try {
            if (failure == null) {
              state().replies().item(encode(reply), true);
            } else {
              fail(failure);
            }
          } catch (Throwable t) {
            fail(t);
          } finally {
            done();
          }
        });
  }

  @Override
  boolean goesOn() {
    return true;
  }
}
