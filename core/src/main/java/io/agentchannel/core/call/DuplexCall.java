package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Conversation;
import io.agentchannel.Duplex;
import io.agentchannel.Payload;
import io.agentchannel.core.codec.Codecs;
import org.jspecify.annotations.Nullable;

/** A duplex call: joins a {@link Talk} to the chain. */
final class DuplexCall<Q, R> extends OutgoingCall {
  private final Talk<Q, R> talk;

  DuplexCall(LiveCalls live, Call call, Duplex<Q, R> operation, Codecs codecs) {
    super(live, call);
    this.talk =
        new Talk<>(
            operation.name(),
            new ToPeer(),
            codecs,
            operation.requestType(),
            operation.responseType());
  }

  Conversation<Q, R> conversation() {
    return talk;
  }

  @Override
  public void item(Payload item, boolean last) {
    talk.item(item);
    if (last) {
      end(null);
    }
  }

  @Override
  public void end(@Nullable AgentException failure) {
    if (finish()) {
      talk.end(failure);
    }
  }

  @Override
  public void onReady() {
    talk.onReady();
  }

  @Override
  void giveUp(AgentException reason) {
    talk.stop(reason);
  }

  private final class ToPeer implements Talk.Port {
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
