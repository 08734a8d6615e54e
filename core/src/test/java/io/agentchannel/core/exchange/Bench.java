package io.agentchannel.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentId;
import io.agentchannel.Call;
import io.agentchannel.Peer;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two sessions with a clock and links that stand still until they are told. Callers are left. */
final class Bench {
  static final ExchangeOptions OPTIONS = ExchangeOptions.DEFAULTS;
  static final int PACKET = 65_536;

  final Budget leftBudget = new Budget(64 << 20);
  final Budget rightBudget;
  final Session left;
  Session right;
  final List<Served> served = new ArrayList<>();
  private final ExchangeOptions options;
  private final List<ManualLink> links = new ArrayList<>();
  private long now = 1_000_000_000_000L;
  private FinishedSet finished = new FinishedSet();

  Bench() {
    this(OPTIONS, 64 << 20);
  }

  Bench(ExchangeOptions options, long budget) {
    this.options = options;
    this.rightBudget = new Budget(budget);
    this.left = session("right", leftBudget, Past.NONE);
    this.right = session("left", rightBudget, Past.NONE);
  }

  static ExchangeOptions smallWindow() {
    return new ExchangeOptions(
        ExchangeOptions.MIN_WINDOW, 1 << 20, 16 << 20, 1024, Duration.ofSeconds(60));
  }

  private Session session(String peer, Budget budget, Past past) {
    Peer.Agent who = new Peer.Agent(AgentId.ofPublicKey(new byte[32]), peer);
    return new Session(
        new SessionState(
            options,
            budget,
            new Session.Remote(who, peer + "-", options.window()),
            this::serve,
            () -> now,
            past) {
          @Override
          FinishedSet newFinishedSet() {
            FinishedSet made = super.newFinishedSet();
            finished = made;
            return made;
          }
        });
  }

  /** The right side's session is dropped, and there is another one. */
  void forgetAtRight(Past past) {
    right = session("left", rightBudget, past);
  }

  /** What the right side keeps of the exchanges that are over. */
  FinishedSet finishedAtRight() {
    return finished;
  }

  private Requests serve(Call call, Replies replies) {
    Served one = new Served(call, replies);
    served.add(one);
    return one;
  }

  ManualLink link() {
    return link(PACKET);
  }

  ManualLink link(int maxPacket) {
    ManualLink link = new ManualLink(left, right, maxPacket);
    links.add(link);
    return link;
  }

  Caller open(Call.Kind kind) {
    return open(kind, Map.of());
  }

  Caller open(Call.Kind kind, Map<String, String> metadata) {
    return open(left, kind, metadata);
  }

  Caller open(Session from, Call.Kind kind, Map<String, String> metadata) {
    Caller caller = new Caller();
    Call call = new Call("ask", kind, "right", null, "", metadata, null, null, null, false, false);
    caller.requests = from.open(call, caller);
    return caller;
  }

  /** A call with its only request, given at once. */
  Caller ask(Call.Kind kind, String request) {
    Caller caller = open(kind);
    caller.send(request, true);
    return caller;
  }

  /** All links carry until nobody has more to say. */
  void run() {
    links.forEach(ManualLink::run);
  }

  void pass(Duration time) {
    now += time.toNanos();
    left.tick();
    right.tick();
  }

  /** Only the clock: nobody looks at it. */
  void sleep(Duration time) {
    now += time.toNanos();
  }

  /** The last DONE goes out, and then nothing is held on either side. */
  void assertNothingIsLeft() {
    run();
    pass(Duration.ofSeconds(1));
    run();
    assertThat(left.size()).as("exchanges left").isZero();
    assertThat(right.size()).as("exchanges right").isZero();
    assertThat(right.running()).isZero();
    assertThat(leftBudget.used()).as("bytes left").isZero();
    assertThat(rightBudget.used()).as("bytes right").isZero();
  }
}
