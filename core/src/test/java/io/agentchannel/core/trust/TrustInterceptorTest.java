package io.agentchannel.core.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Peer;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.config.Grant;
import io.agentchannel.core.config.TrustRules;
import io.agentchannel.core.config.TrustRules.Policy;
import io.agentchannel.core.security.IdentityKey;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustInterceptorTest {
  @TempDir Path folder;

  private final AgentId caller = IdentityKey.ephemeral().id();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<String> log = new ArrayList<>();
  private TrustHome home;
  private Trust trust;

  @BeforeEach
  void makeTrust() {
    home = TrustHome.at(folder);
    trust =
        new Trust(
            new TrustRules(Policy.ASK, Map.of()),
            new Trust.Owner(IdentityKey.ephemeral().id(), "librarian", Set.of(), true),
            home,
            tasks::add,
            Clock.systemUTC());
  }

  private void approve(String operation) {
    home.lock()
        .holding(
            () -> Approvals.add(home, caller, Grant.of(List.of(operation)), null, Instant.EPOCH));
  }

  private void revoke() {
    home.lock().holding(() -> Approvals.remove(home, caller));
  }

  private void work() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private Requests call(Peer from, String operation, Interceptor.Next next) {
    Call call =
        new Call(
            operation,
            Call.Kind.DUPLEX,
            "x",
            from,
            "x-1",
            Map.of(),
            null,
            null,
            null,
            false,
            false);
    return new TrustInterceptor(trust).intercept(call, new Logged(), next);
  }

  private Requests call(String operation) {
    return call(new Peer.Agent(caller, "planner"), operation, (call, replies) -> begin());
  }

  private Requests begin() {
    log.add("start");
    return new LoggedRequests();
  }

  @Test
  void whatIsAllowedGoesOnAtOnce() {
    approve("ask");
    trust.poll();
    work();

    call("ask");

    assertThat(log).containsExactly("start");
    assertThat(tasks).isEmpty();
  }

  @Test
  void whatTheRulesInMemoryDoNotAllowWaitsUntilTheyAreUpToDate() {
    approve("ask");

    Requests requests = call("ask");
    requests.item(Payload.ofText("one"), false);
    requests.item(Payload.ofText("two"), false);
    requests.complete();
    assertThat(log).isEmpty();
    work();

    assertThat(log).containsExactly("start", "one", "two", "complete", "ready");
    requests.cancel(new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "enough"));
    assertThat(log).last().isEqualTo("cancel CANCELLED");
  }

  @Test
  void whatIsNotAllowedEndsWithoutHavingStarted() {
    approve("chat");

    call("ask");
    work();

    assertThat(log).containsExactly("end PERMISSION_DENIED NOT_SENT");
  }

  @Test
  void aCallThatIsGivenUpWhileItWaitsDoesNotStart() {
    approve("ask");

    Requests requests = call("ask");
    requests.cancel(new AgentException(Code.DEADLINE_EXCEEDED, Outcome.UNKNOWN, "late"));
    work();

    assertThat(log).containsExactly("end DEADLINE_EXCEEDED NOT_SENT");
  }

  @Test
  void aCallThatStartsInTheMomentOfARevocationIsCancelled() {
    approve("ask");
    trust.poll();
    work();

    call(
        new Peer.Agent(caller, "planner"),
        "ask",
        (call, replies) -> {
          revoke();
          trust.poll();
          work();
          return begin();
        });

    assertThat(log).containsExactly("start", "cancel PERMISSION_DENIED");
  }

  @Test
  void whatTheRuntimeServesIsForWhoeverMayCallAnything() {
    approve("ask");
    trust.poll();
    work();
    call("agentchannel.card");
    revoke();
    trust.poll();
    work();
    call("agentchannel.card");
    work();

    assertThat(log).containsExactly("start", "end PERMISSION_DENIED NOT_SENT");
  }

  @Test
  void guestsHaveRulesOfTheirOwn() {
    call(new Peer.Guest("ws", "127.0.0.1", null), "ask", (call, replies) -> begin());

    assertThat(log).containsExactly("start");
  }

  @Test
  void onlyThoseWhoMayDoLessAreTold() {
    List<AgentId> told = new ArrayList<>();
    trust.onLess(told::add);
    approve("ask");
    trust.poll();
    work();
    approve("chat");
    trust.poll();
    work();
    assertThat(told).isEmpty();
    revoke();
    trust.poll();
    work();

    assertThat(told).containsExactly(caller);
  }

  private final class Logged implements Replies {
    @Override
    public void item(Payload item, boolean last) {}

    @Override
    public void end(@Nullable AgentException failure) {
      log.add(failure == null ? "end" : "end " + failure.code() + " " + failure.outcome());
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onReady() {
      log.add("ready");
    }

    @Override
    public void taken(int count) {}
  }

  private final class LoggedRequests implements Requests {
    @Override
    public void item(Payload item, boolean last) {
      log.add(item.utf8());
    }

    @Override
    public void complete() {
      log.add("complete");
    }

    @Override
    public void cancel(AgentException reason) {
      log.add("cancel " + reason.code());
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onReady() {}

    @Override
    public void taken(int count) {}
  }
}
