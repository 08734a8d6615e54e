package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Conversation;
import io.agentchannel.Duplex;
import io.agentchannel.Payload;
import io.agentchannel.core.codec.Codecs;
import org.jspecify.annotations.Nullable;

/** A duplex call: joins the opener's {@link DuplexSide} to the chain. */
final class DuplexCall<Q, R> extends OutgoingCall {
  private final DuplexSide<Q, R> side;

  DuplexCall(LiveCalls live, Call call, Duplex<Q, R> operation, Codecs codecs) {
    super(live, call);
    this.side =
        new DuplexSide<>(
            operation.name(),
            new ToPeer(),
            codecs,
            operation.requestType(),
            operation.responseType());
  }

  Conversation<Q, R> conversation() {
    return side.conversation();
  }

  @Override
  public void item(Payload item, boolean last) {
    side.item(item);
    if (last) {
      end(null);
    }
  }

  @Override
  public void end(@Nullable AgentException failure) {
    if (finish()) {
      side.end(failure);
    }
  }

  @Override
  public void onReady() {
    side.onReady();
  }

  @Override
  void giveUp(AgentException reason) {
    side.giveUp(reason);
  }

  private final class ToPeer implements DuplexSide.Port {
    @Override
    public void send(Payload message) {
      requests().item(message, false);
    }

    @Override
    public void complete() {
      requests().complete();
    }

    @Override
    public boolean isReady() {
      return requests().isReady();
    }

    @Override
    public void taken(int count) {
      took(count);
    }

    @Override
    public void cancel(AgentException reason) {
      DuplexCall.this.cancel(reason);
      finish();
    }
  }
}
