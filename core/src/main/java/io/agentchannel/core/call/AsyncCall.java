package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Payload;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A single call whose caller has a future. The reply is decoded where the future completes: on the
 * executor, which keeps the packet thread free, or in place for a direct call.
 */
final class AsyncCall<R> extends SingleCall implements Runnable {
  private final Delivery delivery;
  private final Function<@Nullable Payload, @Nullable R> decoder;
  private final ReplyFuture<R> future = new ReplyFuture<>(this);

  // Written before the hand-over to the delivery.
  private @Nullable Payload reply;
  private @Nullable AgentException failure;

  AsyncCall(
      LiveCalls live,
      Call call,
      Delivery delivery,
      Function<@Nullable Payload, @Nullable R> decoder) {
    super(live, call);
    this.delivery = delivery;
    this.decoder = decoder;
  }

  ReplyFuture<R> future() {
    return future;
  }

  /** Somebody else completes the future, so nobody wants the reply. */
  void unwanted() {
    abandon(Failures.cancelled("the future of " + call().operation() + " was completed elsewhere"));
  }

  @Override
  void settled(@Nullable Payload reply, @Nullable AgentException failure) {
    this.reply = reply;
    this.failure = failure;
    delivery.run(this);
  }

  /** For the {@link Delivery} only. */
  @Override
  public void run() {
    if (failure != null) {
      future.deliverFailure(failure);
      return;
    }
    R value;
    try {
      value = decoder.apply(reply);
    } catch (RuntimeException | Error e) {
      future.deliverFailure(e);
      return;
    }
    future.deliver(value);
  }
}
