package io.agentchannel.core.exchange;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;

/** The handler of a simulated call: answers what its plan says while there is room. */
final class SimulatedHandler implements Requests {
  private final CallRecord record;
  private final CallPlan plan;
  private final SimulatedAgent agent;
  private final Replies replies;
  private int sent;
  private int untold;
  private boolean sending;
  private boolean running;
  private boolean ended;

  SimulatedHandler(CallRecord record, SimulatedAgent agent, Replies replies) {
    this.record = record;
    this.plan = record.plan;
    this.agent = agent;
    this.replies = replies;
    record.started();
    if (!plan.kind().hasOneRequest()) {
      run();
    }
  }

  private void run() {
    record.ran();
    running = true;
    if (plan.kind() == Call.Kind.ONE_WAY) {
      ended = true;
      return;
    }
    if (plan.lastInItem()) {
      replies.accepted();
    }
    sendLater();
  }

  private void send() {
    sending = false;
    int count = plan.replies().length;
    if (ended || !running) {
      return;
    }
    if (sent < count) {
      boolean last = sent == count - 1 && plan.lastInItem() && !plan.fails();
      if (last && mustWait()) {
        return;
      }
      if (sent == 0 || replies.isReady()) {
        ended = last;
        if (last) {
          record.handlerEnded();
        }
        replies.item(plan.reply(sent++), last);
        sendLater();
      }
    } else if (!mustWait()) {
      ended = true;
      record.handlerEnded();
      replies.end(plan.fails() ? AgentException.application("as planned") : null);
    }
  }

  private boolean mustWait() {
    return !plan.early() && !record.hasAllRequests();
  }

  private void sendLater() {
    if (!sending) {
      sending = true;
      agent.after(plan.pace(), this::send);
    }
  }

  @Override
  public void item(Payload item, boolean last) {
    record.request(item, last);
    untold++;
    agent.after(plan.takeAfter(), this::take);
    if (plan.kind() == Call.Kind.ONE_WAY) {
      // Accepted is all that a one-way call waits for; the handler runs after.
      record.handlerEnded();
      replies.end(null);
    }
    if (plan.kind().hasOneRequest()) {
      run();
    } else if (last) {
      sendLater();
    }
  }

  private void take() {
    int count = untold;
    untold = 0;
    if (count > 0) {
      replies.taken(count);
    }
  }

  @Override
  public void complete() {
    record.requestsComplete();
    sendLater();
  }

  @Override
  public void cancel(AgentException reason) {
    ended = true;
    replies.end(reason);
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void onReady() {
    sendLater();
  }

  @Override
  public void taken(int count) {}
}
