package io.agentchannel.core.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Peer;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.serve.Services;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.WireLimits;
import io.agentchannel.spi.GuestCalls.Guest;
import io.agentchannel.spi.GuestCalls.GuestCall;
import io.agentchannel.spi.Link;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One client that was let in. Thread-safe. */
final class AdmittedGuest implements Guest {
  /** So that the sum with any clock stays a number. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private static final AgentException GONE =
      new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, "the client has gone");

  private final GuestDoor door;
  private final Peer.Guest peer;
  private final String name;
  private final Set<GuestRun> running = ConcurrentHashMap.newKeySet();
  private final AtomicInteger places = new AtomicInteger();
  private final AtomicLong calls = new AtomicLong();
  private volatile @Nullable Link conversation;
  private volatile boolean closed;

  AdmittedGuest(GuestDoor door, Peer.Guest peer, String name) {
    this.door = door;
    this.peer = peer;
    this.name = name;
  }

  @Override
  public Requests call(GuestCall call, Replies replies) {
    return call(call, null, replies);
  }

  /**
   * @param kind of call that the client makes, or null if it does not say
   */
  Requests call(GuestCall guestCall, Call.@Nullable Kind kind, Replies replies) {
    GuestRun run = new GuestRun(this, replies);
    if (places.incrementAndGet() > door.limits().calls()) {
      return run.refuse(
          Code.RESOURCE_EXHAUSTED,
          "more than " + door.limits().calls() + " calls of this client are running here");
    }
    running.add(run);
    Call call;
    try {
      call = check(guestCall, kind);
    } catch (AgentException refusal) {
      return run.refuse(refusal.code(), String.valueOf(refusal.getMessage()));
    }
    run.start(door.chain(), call);
    if (closed) {
      run.cancel(GONE);
    }
    return run;
  }

  @Override
  public void converse(Link texts) {
    conversation = texts;
    texts.start(new JsonConversation(this, texts, door.limits(), door.services()));
    if (closed) {
      texts.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(run -> run.cancel(GONE));
    Link texts = conversation;
    if (texts != null) {
      texts.close();
    }
  }

  void ended(GuestRun run) {
    running.remove(run);
    places.decrementAndGet();
  }

  private Call check(GuestCall call, Call.@Nullable Kind kind) {
    String operation = call.operation();
    String agent = call.agent();
    if (closed) {
      throw GONE;
    }
    if (agent != null
        && !agent.equals(door.identity().name())
        && !agent.equals(door.identity().id().toString())) {
      throw refusal(Code.NOT_FOUND, "no such agent here; this is " + door.identity().name());
    }
    String problem =
        WireLimits.problemOf(new Envelope.Open(operation, call.metadata(), call.key(), kind));
    if (problem != null) {
      throw refusal(Code.INVALID_ARGUMENT, problem);
    }
    if (!door.rules().serves(operation)) {
      throw refusal(Code.PERMISSION_DENIED, "guests may not call " + operation);
    }
    Call.Kind served = door.services().kindOf(operation);
    if (served == null && Services.isBuiltIn(operation)) {
      throw refusal(Code.PERMISSION_DENIED, "guests may not call " + operation);
    }
    Call.Kind made = kind != null ? kind : served != null ? served : Call.Kind.UNARY;
    return new Call(
        operation,
        made,
        peer.displayName(),
        peer,
        name + "-" + calls.incrementAndGet(),
        call.metadata(),
        deadline(call.timeout(), made),
        null,
        call.key(),
        false,
        false);
  }

  private @Nullable Long deadline(@Nullable Duration asked, Call.Kind kind) {
    boolean bounded = kind == Call.Kind.UNARY || kind == Call.Kind.ONE_WAY;
    Duration timeout = asked != null ? asked : bounded ? door.limits().timeout() : null;
    if (timeout == null) {
      return null;
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw refusal(Code.INVALID_ARGUMENT, "a timeout is longer than nothing");
    }
    return System.nanoTime() + (timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST).toNanos();
  }

  private static AgentException refusal(Code code, String why) {
    return new AgentException(code, Outcome.NOT_SENT, why);
  }
}
