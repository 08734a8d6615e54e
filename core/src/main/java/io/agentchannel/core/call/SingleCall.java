package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A unary or one-way call: it settles once, with a reply, with nothing, or with a failure.
 *
 * <p>A one-way call ends well when the peer has accepted it. {@link #accepted} alone would not do:
 * it may come before a refusal, and the end is on its way in any case.
 */
abstract class SingleCall extends OutgoingCall {
  private final boolean oneWay;
  private @Nullable Payload reply;

  SingleCall(LiveCalls live, Call call) {
    super(live, call);
    this.oneWay = call.kind() == Call.Kind.ONE_WAY;
  }

  /**
   * Once, on the thread where the end arrived; must not block.
   *
   * @param reply null for a failure and for one-way
   */
  abstract void settled(@Nullable Payload reply, @Nullable AgentException failure);

  @Override
  void giveUp(AgentException reason) {
    cancel(reason);
  }

  @Override
  public void item(Payload item, boolean last) {
    took(1);
    if (isOver()) {
      return;
    }
    if (reply != null) {
      AgentException failure =
          new AgentException(
              Code.INTERNAL, Outcome.UNKNOWN, "more than one reply came for " + call().operation());
      if (abandon(failure)) {
        settled(null, failure);
      }
      return;
    }
    reply = item;
    if (last) {
      conclude();
    }
  }

  @Override
  public void end(@Nullable AgentException failure) {
    if (failure == null) {
      conclude();
    } else if (finish()) {
      settled(null, failure);
    }
  }

  private void conclude() {
    if (!finish()) {
      return;
    }
    if (oneWay) {
      settled(null, null);
    } else if (reply != null) {
      settled(reply, null);
    } else {
      settled(
          null,
          new AgentException(
              Code.INTERNAL, Outcome.PROCESSED, call().operation() + " ended without a reply"));
    }
  }
}
