package io.agentchannel.core.route;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Replies;
import io.agentchannel.core.HeldCall;

/** A call that waits for a link. Thread-safe. */
final class PendingCall extends HeldCall {
  private final Target target;

  PendingCall(Target target, Call call, Replies replies) {
    super(call, replies);
    this.target = target;
  }

  /** A deadline that passed without any link says why there was none. */
  @Override
  protected AgentException cancelled(AgentException reason) {
    target.forget(this);
    String trouble = target.trouble();
    if (reason.code() == Code.DEADLINE_EXCEEDED && trouble != null) {
      return new AgentException(Code.UNAVAILABLE, Outcome.NOT_SENT, trouble, reason);
    }
    return super.cancelled(reason);
  }
}
