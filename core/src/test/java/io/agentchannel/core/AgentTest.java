package io.agentchannel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Handler;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.RouteReport;
import io.agentchannel.Unary;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.testkit.MemoryNetwork;
import io.agentchannel.testkit.contract.LeakCheck;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent does around its calls: targets, peers that come late, restart, or are others. */
class AgentTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);

  @TempDir Path keys;

  private final LeakCheck leaks = LeakCheck.begin();
  private final List<Agent> agents = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void closeAll() {
    agents.forEach(Agent::close);
    leaks.assertNothingLeft();
  }

  private AgentBuilder agent(String name) {
    return Agent.builder(
            AgentConfig.of(Map.of("name", name, "identity", "ephemeral", "trust.policy", "open")))
        .drain(Duration.ofMillis(200));
  }

  private Agent start(AgentBuilder builder) {
    Agent agent = builder.start();
    agents.add(agent);
    return agent;
  }

  private Agent echoAt(String endpoint) {
    return start(agent("echo").listen(endpoint).serve(ECHO, (text, call) -> text));
  }

  /** Tells that it runs, and leaves the answer to the test. */
  private static Handler.Async<String, String> answering(
      CountDownLatch running, CompletableFuture<String> answer) {
    return (text, call) -> {
      running.countDown();
      return answer;
    };
  }

  /** Of an agent that stays the same when it starts again. */
  private String key() {
    return keys.resolve("key.pem").toString();
  }

  private static String uri(Agent agent) {
    return agent.endpoints().get(0).toString();
  }

  private static String freeName() {
    return "memory://agent-test-" + Long.toHexString(System.nanoTime());
  }

  @Test
  void aCallWaitsForAPeerThatComesUpLater() throws Exception {
    String endpoint = freeName();
    Agent me = start(agent("me").reconnectFirst(Duration.ofMillis(10)));
    CompletableFuture<String> reply = me.channel(endpoint).requestAsync(ECHO, "hello");
    await().until(() -> me.channel(endpoint).explain().routes().get(0).failures() > 0);

    echoAt(endpoint);

    assertThat(reply.get(5, TimeUnit.SECONDS)).isEqualTo("hello");
  }

  @Test
  void aDeadlineThatPassesWithoutALinkSaysWhyThereWasNone() {
    Agent me = start(agent("me").reconnectFirst(Duration.ofMillis(10)));

    AgentException failure =
        catchThrowableOfType(
            AgentException.class,
            () ->
                me.channel(freeName())
                    .request(ECHO, "x", CallOptions.timeout(Duration.ofMillis(300))));

    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(failure).hasMessageContaining("agent-test-");
  }

  @Test
  void anotherAgentThanTheConfiguredIsRefusedAtOnce() {
    Agent echo = echoAt("memory://*");
    AgentId expected = IdentityKey.ephemeral().id();
    Agent me =
        start(
            agent("me")
                .peers(
                    Map.of("echo", Map.of("id", expected.toString(), "at", List.of(uri(echo))))));

    AgentException failure =
        catchThrowableOfType(AgentException.class, () -> me.channel("echo").request(ECHO, "x"));

    // The other end notices first that it is not the one who is meant.
    assertThat(failure.code()).isIn(Code.NOT_FOUND, Code.UNAUTHENTICATED);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(failure).hasMessageContaining(expected.toString());
  }

  @Test
  void theEndpointsPathNamesTheAgentThatIsMeant() {
    Agent echo = echoAt("memory://*");
    Agent me = start(agent("me"));

    assertThat(me.channel(uri(echo) + "/echo").request(ECHO, "x")).isEqualTo("x");
    AgentException failure =
        catchThrowableOfType(
            AgentException.class, () -> me.channel(uri(echo) + "/other").request(ECHO, "x"));

    assertThat(failure.code()).isEqualTo(Code.NOT_FOUND);
    assertThat(failure).hasMessageContaining("no agent other here; this is echo");
  }

  @Test
  void targetsThatMeanNothingAreRefusedWithWhatToDo() {
    Agent me = start(agent("me"));

    AgentException scheme =
        catchThrowableOfType(AgentException.class, () -> me.channel("carrier-pigeon://roof"));
    AgentException missing =
        catchThrowableOfType(AgentException.class, () -> me.channel("ws://127.0.0.1:1"));
    AgentException name = catchThrowableOfType(AgentException.class, () -> me.channel("nobody"));
    AgentException id =
        catchThrowableOfType(
            AgentException.class,
            () -> me.channel(IdentityKey.ephemeral().id().toString()).request(ECHO, "x"));

    assertThat(scheme.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(scheme).hasMessageContaining("carrier-pigeon").hasMessageContaining("memory");
    assertThat(missing).hasMessageContaining("io.agentchannel:agentchannel-transport-websocket");
    assertThat(name.code()).isEqualTo(Code.NOT_FOUND);
    assertThat(id.code()).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void aPeerThatConnectedToUsIsCalledOverItsLink() {
    Agent hub = echoAt("memory://*");
    Agent laptop = start(agent("laptop").serve(ECHO, (text, call) -> "laptop says " + text));
    laptop.channel(uri(hub)).request(ECHO, "here I am");

    String reply = hub.channel(laptop.id().toString()).request(ECHO, "hello");

    assertThat(reply).isEqualTo("laptop says hello");
    assertThat(hub.channel(laptop.id().toString()).explain().toString()).contains("inbound");
  }

  @Test
  void aCallThatARestartedPeerMayHaveRunFailsWithUnknown() throws Exception {
    String endpoint = freeName();
    CountDownLatch running = new CountDownLatch(1);
    Agent first =
        start(
            agent("echo")
                .identity(key())
                .listen(endpoint)
                .serveAsync(ECHO, answering(running, new CompletableFuture<>())));
    Agent me = start(agent("me").reconnectFirst(Duration.ofMillis(10)));
    CompletableFuture<String> reply = me.channel(endpoint).requestAsync(ECHO, "x");
    assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();

    crash(first, endpoint);
    start(agent("echo").identity(key()).listen(endpoint).serve(ECHO, (text, call) -> text));

    ExecutionException failure =
        catchThrowableOfType(ExecutionException.class, () -> reply.get(10, TimeUnit.SECONDS));
    AgentException cause = (AgentException) failure.getCause();
    assertThat(cause.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(cause.outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void anIdempotentCallGoesToTheInstanceThatReplacesTheLostOne() throws Exception {
    Unary<String, String> idempotent = ECHO.idempotent();
    String endpoint = freeName();
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch running = new CountDownLatch(1);
    Agent first =
        start(
            agent("echo")
                .identity(key())
                .listen(endpoint)
                .serveAsync(
                    idempotent,
                    (text, call) -> {
                      runs.incrementAndGet();
                      running.countDown();
                      return new CompletableFuture<>();
                    }));
    Agent me = start(agent("me").reconnectFirst(Duration.ofMillis(10)));
    CompletableFuture<String> reply = me.channel(endpoint).requestAsync(idempotent, "again");
    assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();

    crash(first, endpoint);
    start(agent("echo").identity(key()).listen(endpoint).serve(ECHO, (text, call) -> text));

    assertThat(reply.get(10, TimeUnit.SECONDS)).isEqualTo("again");
    assertThat(runs).hasValue(1);
  }

  @Test
  void aCallEndsWhenAnotherAgentHasTakenItsPeersPlace() throws Exception {
    String endpoint = freeName();
    CountDownLatch running = new CountDownLatch(1);
    Agent first =
        start(
            agent("echo")
                .listen(endpoint)
                .serveAsync(ECHO, answering(running, new CompletableFuture<>())));
    Agent me = start(agent("me").reconnectFirst(Duration.ofMillis(10)));
    CompletableFuture<String> reply = me.channel(endpoint).requestAsync(ECHO, "x");
    assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();

    crash(first, endpoint);
    echoAt(endpoint);

    ExecutionException failure =
        catchThrowableOfType(ExecutionException.class, () -> reply.get(10, TimeUnit.SECONDS));
    AgentException cause = (AgentException) failure.getCause();
    assertThat(cause.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(cause).hasMessageContaining("another agent answers than before");
  }

  /** Its links break and nobody hears a word from it any more. */
  private void crash(Agent agent, String endpoint) {
    String name = MemoryNetwork.nameOf(URI.create(endpoint));
    MemoryNetwork.partition(name);
    agent.close();
    agents.remove(agent);
    MemoryNetwork.heal(name);
  }

  @Test
  void callsMoveToAnotherLinkWhenTheirsFallsSilent() throws Exception {
    String here = freeName();
    String there = freeName();
    CompletableFuture<String> answer = new CompletableFuture<>();
    CountDownLatch running = new CountDownLatch(1);
    Agent peer = start(agent("peer").listen(there).serveAsync(ECHO, answering(running, answer)));
    Agent me = start(agent("me").listen(here).serve(ECHO, (text, call) -> text));
    CompletableFuture<String> reply = me.channel(there).requestAsync(ECHO, "x");
    assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();
    // The second link between the two, made the other way round.
    assertThat(peer.channel(here).request(ECHO, "hello")).isEqualTo("hello");

    MemoryNetwork.freeze(MemoryNetwork.nameOf(URI.create(there)));
    answer.complete("over the other link");
    CompletableFuture<String> second = me.channel(there).requestAsync(ECHO, "y");

    // Long before the silent link is given up (10 s).
    assertThat(second.get(5, TimeUnit.SECONDS)).isEqualTo("over the other link");
    assertThat(reply.get(5, TimeUnit.SECONDS)).isEqualTo("over the other link");
    MemoryNetwork.heal(MemoryNetwork.nameOf(URI.create(there)));
  }

  @Test
  void explainTellsTheStateOfTheRoute() {
    Agent echo = echoAt("memory://*");
    Agent me = start(agent("me"));
    AgentChannel channel = me.channel(uri(echo));

    RouteReport before = channel.explain();
    channel.request(ECHO, "x");
    await().until(() -> channel.explain().routes().get(0).roundTrip() != null);
    RouteReport after = channel.explain();

    assertThat(before.routes().get(0).state()).isEqualTo(RouteReport.State.UNTRIED);
    assertThat(before.peer()).isNull();
    assertThat(after.peer()).isEqualTo(echo.id());
    assertThat(after.routes().get(0).state()).isEqualTo(RouteReport.State.CONNECTED);
    assertThat(after.routes().get(0).chosen()).isTrue();
    assertThat(after.toString()).contains("CONNECTED").contains("µs");
  }

  @Test
  void whatIsAdvertisedIsSaidInsteadOfWhatWasBound() {
    Unary<Payload, Payload> describe = Operation.raw("agentchannel.describe");
    Agent bound = echoAt("memory://*");
    Agent behindAProxy =
        start(agent("echo").listen("memory://*").advertise("wss://echo.example.org"));
    Agent me = start(agent("me"));
    Payload nothing = Payload.ofText("");

    String first = me.channel(uri(bound)).request(describe, nothing).utf8();
    String second = me.channel(uri(behindAProxy)).request(describe, nothing).utf8();

    assertThat(first).contains("\"endpoints\":[\"" + uri(bound) + "\"]");
    assertThat(second).contains("\"endpoints\":[\"wss://echo.example.org\"]");
  }

  @Test
  void aMistakeInAFileIsOneLineThatNamesTheFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("agent.yaml"), "nane: planner\n");

    AgentException failure =
        catchThrowableOfType(AgentException.class, () -> Agent.start(AgentConfig.load(file)));

    assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(failure.getMessage())
        .doesNotContain("\n")
        .contains(file.toString())
        .contains("nane")
        .contains("did you mean name?");
  }

  @Test
  void anEndpointInUseIsOneLine() {
    Agent echo = echoAt("memory://*");

    AgentException failure =
        catchThrowableOfType(AgentException.class, () -> start(agent("second").listen(uri(echo))));

    assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(failure.getMessage()).doesNotContain("\n").contains(uri(echo));
  }

  @Test
  void closingEndsWhatIsUnderWayOnBothSides() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    Agent slow =
        start(
            agent("slow")
                .listen("memory://*")
                .serveAsync(
                    ECHO,
                    (text, call) -> {
                      call.onCancel(cancelled::countDown);
                      running.countDown();
                      return new CompletableFuture<>();
                    }));
    Agent me = start(agent("me"));
    CompletableFuture<String> reply = me.channel(uri(slow)).requestAsync(ECHO, "x");
    assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();

    me.close();

    assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> reply.get(5, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(AgentException.class);
  }
}
