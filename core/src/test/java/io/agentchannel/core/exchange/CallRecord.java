package io.agentchannel.core.exchange;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import org.jspecify.annotations.Nullable;

/** What has been seen of one simulated call on both sides, and what must never be. */
final class CallRecord {
  final CallPlan plan;
  private final Simulation simulation;

  private int starts;
  private int runs;
  private int requestsSeen;
  private boolean requestsComplete;
  private int repliesSeen;
  private boolean accepted;
  private boolean handlerEnded;
  private boolean ended;
  private boolean cancelled;
  private boolean callerGone;
  private @Nullable AgentException failure;

  CallRecord(CallPlan plan, Simulation simulation) {
    this.plan = plan;
    this.simulation = simulation;
  }

  // The handler's side.

  void started() {
    require(++starts == 1, "the handler's chain was started twice");
  }

  void ran() {
    require(++runs == 1, "the handler ran twice");
  }

  void request(Payload item, boolean last) {
    require(!requestsComplete, "a request after the last");
    require(requestsSeen < plan.requests().length, "more requests than were sent");
    require(item.equals(plan.request(requestsSeen)), "request " + requestsSeen + " is another");
    requestsSeen++;
    requestsComplete = last;
    require(!last || requestsSeen == plan.requests().length, "the last request came too early");
  }

  void requestsComplete() {
    require(!requestsComplete, "the requests were complete twice");
    require(requestsSeen == plan.requests().length, "requests are missing");
    requestsComplete = true;
  }

  boolean hasAllRequests() {
    return requestsComplete;
  }

  void handlerEnded() {
    handlerEnded = true;
  }

  // The caller's side.

  void accepted() {
    require(!accepted && !ended && repliesSeen == 0, "accepted out of order");
    accepted = true;
  }

  void reply(Payload item, boolean last) {
    require(!ended, "a reply after the end");
    require(repliesSeen < plan.replies().length, "more replies than were sent");
    require(item.equals(plan.reply(repliesSeen)), "reply " + repliesSeen + " is another");
    repliesSeen++;
    if (last) {
      ended(null);
    }
  }

  void ready() {
    require(!ended, "ready after the end");
  }

  void cancelled() {
    cancelled = true;
  }

  void ended(@Nullable AgentException why) {
    require(!ended, "ended twice");
    ended = true;
    failure = why;
    simulation.log(() -> "call " + plan.id() + " ends: " + why);
    if (why == null) {
      require(
          runs == 1 || starts == 1 && plan.kind() == Call.Kind.ONE_WAY,
          "ended well and did not run");
      require(repliesSeen == plan.replies().length, "ended well without all replies");
      require(
          !plan.fails() || plan.kind() == Call.Kind.ONE_WAY, "ended well and should have failed");
    } else if (why.code() == Code.APPLICATION) {
      require(handlerEnded && plan.fails(), "a failure that the handler did not give");
      require(repliesSeen == plan.replies().length, "failed before all replies");
    } else {
      require(
          cancelled && why.code() == Code.CANCELLED || simulation.excuses(why),
          "failed for no reason: " + why);
    }
    require(
        why == null || why.outcome() != Outcome.PROCESSED || handlerEnded,
        "processed, it says, and it was not");
  }

  boolean isEnded() {
    return ended;
  }

  boolean isSettled() {
    return ended || callerGone;
  }

  /** The caller's process is gone: nobody is left to be told. */
  void callerGone() {
    callerGone = true;
  }

  /** At the end of all. */
  void check() {
    require(ended || callerGone, "never ended; replies " + repliesSeen + ", starts " + starts);
    AgentException why = failure;
    require(
        why == null || why.outcome() != Outcome.NOT_SENT || runs == 0,
        "not sent, it says, and the handler ran");
  }

  private void require(boolean truth, String objection) {
    simulation.require(truth, truth ? "" : plan + ": " + objection);
  }
}
