package io.agentchannel.core.exchange;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The caller of a simulated call: sends what its plan says while there is room. */
final class SimulatedCaller implements Replies {
  private final CallRecord record;
  private final CallPlan plan;
  private final SimulatedAgent agent;
  private @Nullable Requests requests;
  private int sent;
  private boolean sending;
  private int untold;

  SimulatedCaller(CallRecord record, SimulatedAgent agent) {
    this.record = record;
    this.plan = record.plan;
    this.agent = agent;
  }

  void start(Session session, Map<String, String> metadata) {
    Call call =
        new Call(
            "call." + plan.id(),
            plan.kind(),
            "peer",
            null,
            "",
            metadata,
            null,
            null,
            null,
            false,
            false);
    requests = session.open(call, this);
    send();
    if (plan.cancelAfter() >= 0) {
      agent.after(plan.cancelAfter(), this::cancel);
    }
  }

  private void cancel() {
    if (!record.isEnded()) {
      record.cancelled();
      requests.cancel(new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "changed its mind"));
    }
  }

  private void send() {
    sending = false;
    if (record.isEnded() || sent > plan.requests().length) {
      return;
    }
    int count = plan.requests().length;
    boolean itemIsLast = plan.lastInItem() || plan.kind().hasOneRequest();
    if (sent == count) {
      sent++;
      if (count == 0 || !itemIsLast) {
        requests.complete();
      }
    } else if (sent == 0 || requests.isReady()) {
      int index = sent++;
      requests.item(plan.request(index), itemIsLast && index == count - 1);
      sendLater();
    }
  }

  private void sendLater() {
    if (!sending) {
      sending = true;
      agent.after(plan.pace(), this::send);
    }
  }

  @Override
  public void accepted() {
    record.accepted();
  }

  @Override
  public void item(Payload item, boolean last) {
    record.reply(item, last);
    untold++;
    agent.after(plan.takeAfter(), this::take);
  }

  private void take() {
    int count = untold;
    untold = 0;
    if (count > 0 && requests != null) {
      requests.taken(count);
    }
  }

  @Override
  public void end(@Nullable AgentException failure) {
    record.ended(failure);
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void onReady() {
    record.ready();
    sendLater();
  }

  @Override
  public void taken(int count) {}
}
