package io.agentchannel.core.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Handler;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Peer;
import io.agentchannel.Requests;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import io.agentchannel.core.config.GuestRules;
import io.agentchannel.core.config.GuestRules.Mode;
import io.agentchannel.core.serve.Dispatcher;
import io.agentchannel.core.serve.RecordedReplies;
import io.agentchannel.core.serve.Rig;
import io.agentchannel.spi.GuestCalls.Guest;
import io.agentchannel.spi.GuestCalls.GuestCall;
import io.agentchannel.spi.GuestCalls.Visit;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuestDoorTest {
  private static final Unary<String, String> ASK =
      Operation.unary("ask", String.class, String.class);
  private static final Streaming<String, String> CHAT =
      Operation.streaming("chat", String.class, String.class);
  private static final GuestRules LOOPBACK = rules(Mode.LOOPBACK);

  private final Rig rig = new Rig();
  private Dispatcher dispatcher = rig.dispatcher();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void guestsAreRefusedUnlessConfigured() {
    AgentException refusal = refusal(GuestRules.NOBODY, visit("127.0.0.1", "localhost"));
    assertThat(refusal.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(refusal).hasMessageContaining("guests: loopback");
  }

  @Test
  void loopbackGuestsAreAdmitted() {
    assertThat(door(LOOPBACK).admit(visit("127.0.0.1", "localhost:7080"))).isNotNull();
    assertThat(door(LOOPBACK).admit(visit("127.8.9.1", "127.0.0.1"))).isNotNull();
    assertThat(door(LOOPBACK).admit(visit("::1", "[::1]:7080"))).isNotNull();
    assertThat(door(LOOPBACK).admit(visit("::ffff:127.0.0.1", "localhost"))).isNotNull();
  }

  @Test
  void othersAreNoLoopbackGuests() {
    assertDenied(refusal(LOOPBACK, visit("192.168.1.7", "localhost")));
    assertDenied(refusal(LOOPBACK, visit("127.0.0.1", "rebound.example.org")));
    assertDenied(refusal(LOOPBACK, visit("127.0.0.1", null)));
    assertDenied(refusal(LOOPBACK, new Visit("mqtt", null, "localhost", null, false, null)));
    assertDenied(
        refusal(LOOPBACK, new Visit("ws", address("127.0.0.1"), "localhost", null, true, null)));
  }

  @Test
  void webPagesAreRefusedUnlessTheirOriginIsListed() {
    GuestRules listed =
        new GuestRules(Mode.LOOPBACK, Map.of(), List.of(), List.of("https://app.example.org"));
    for (String origin :
        new String[] {"https://evil.example.org", "null", "", "http://localhost:7080"}) {
      assertDenied(refusal(LOOPBACK, page(origin)));
      assertDenied(refusal(listed, page(origin)));
      assertThat(door(listed).allowsOrigin(origin)).isFalse();
    }
    assertThat(door(listed).admit(page("https://App.example.org"))).isNotNull();
    assertThat(door(listed).allowsOrigin("https://app.example.org")).isTrue();
    assertThat(door(LOOPBACK).allowsOrigin("https://app.example.org")).isFalse();
  }

  @Test
  void originMattersWithATokenToo() {
    assertDenied(
        refusal(
            tokens(), new Visit("ws", address("9.9.9.9"), "x", "https://evil.org", false, "s3")));
  }

  @Test
  void tokensTellWhoItIs() {
    CompletableFuture<Peer> seen = new CompletableFuture<>();
    Handler.Unary<String, String> handler =
        (q, call) -> {
          seen.complete(call.peer());
          return q;
        };
    rig.serve(ASK, handler);
    Guest guest = door(tokens()).admit(bearer("s3cret"));
    ask(guest, "ask", null).awaitEnd();
    Peer.Guest peer = (Peer.Guest) seen.join();
    assertThat(peer.principal()).isEqualTo("carol");
    assertThat(peer.scheme()).isEqualTo("http");
    assertThat(peer.toString()).doesNotContain("s3cret");
  }

  @Test
  void wrongTokensAreNotKnown() {
    for (String token : new String[] {null, "", "s3cre", "s3crett", "S3CRET"}) {
      assertThat(refusal(tokens(), bearer(token)).code()).isEqualTo(Code.UNAUTHENTICATED);
    }
  }

  @Test
  void brokersGuestsComeThroughTheBroker() {
    GuestRules broker = rules(Mode.BROKER);
    assertThat(door(broker).admit(new Visit("mqtt", null, null, null, false, null))).isNotNull();
    assertDenied(refusal(broker, visit("127.0.0.1", "localhost")));
  }

  @Test
  void eachConnectionWithoutATokenIsAPrincipalOfItsOwn() {
    Handler.Unary<String, String> handler = (q, call) -> call.peer().toString();
    rig.serve(ASK, handler);
    GuestDoor door = door(LOOPBACK);
    String first =
        ask(door.admit(visit("127.0.0.1", "localhost")), "ask", null).awaitEnd().texts().get(0);
    String second =
        ask(door.admit(visit("127.0.0.1", "localhost")), "ask", null).awaitEnd().texts().get(0);
    assertThat(first).contains("127.0.0.1#1");
    assertThat(second).contains("127.0.0.1#2");
  }

  @Test
  void guestNeedNotKnowTheKind() {
    Handler.Stream<String, String> handler =
        (q, out, call) -> {
          out.send("a");
          out.send("b");
        };
    rig.serve(CHAT, handler);
    Guest guest = door(LOOPBACK).admit(visit("127.0.0.1", "localhost"));
    assertThat(ask(guest, "chat", null).awaitEnd().texts()).containsExactly("a", "b");
    assertThat(ask(guest, "nothing", null).awaitFailure().code()).isEqualTo(Code.UNIMPLEMENTED);
    assertThat(ask(guest, "agentchannel.describe", null).awaitEnd().items()).hasSize(1);
  }

  @Test
  void otherAgentsAreNotHere() {
    rig.serve(ASK, (Handler.Unary<String, String>) (q, call) -> q);
    Guest guest = door(LOOPBACK).admit(visit("127.0.0.1", "localhost"));
    assertThat(ask(guest, "ask", "planner").awaitFailure().code()).isEqualTo(Code.NOT_FOUND);
    ask(guest, "ask", "librarian").awaitEnd();
    ask(guest, "ask", rig.identity().id().toString()).awaitEnd();
  }

  @Test
  void guestsCallOnlyWhatIsListed() {
    rig.serve(ASK, (Handler.Unary<String, String>) (q, call) -> q);
    rig.serve(CHAT, (Handler.Stream<String, String>) (q, out, call) -> {});
    GuestRules one = new GuestRules(Mode.LOOPBACK, Map.of(), List.of("ask"), List.of());
    Guest guest = door(one).admit(visit("127.0.0.1", "localhost"));
    ask(guest, "ask", null).awaitEnd();
    for (String other :
        new String[] {"chat", "nothing", "agentchannel.describe", "agentchannel.subscribe"}) {
      assertDenied(ask(guest, other, null).awaitFailure());
    }
    Guest free = door(LOOPBACK).admit(visit("127.0.0.1", "localhost"));
    assertDenied(ask(free, "agentchannel.secret", null).awaitFailure());
  }

  @Test
  void badNamesKeysAndTimeoutsAreRefused() {
    rig.serve(ASK, (Handler.Unary<String, String>) (q, call) -> q);
    Guest guest = door(LOOPBACK).admit(visit("127.0.0.1", "localhost"));
    GuestCall[] bad = {
      new GuestCall(null, "a b\n", Map.of(), null, null),
      new GuestCall(null, "ask", Map.of(), null, "k".repeat(257)),
      new GuestCall(null, "ask", Map.of(), null, ""),
      new GuestCall(null, "ask", Map.of("a", "b".repeat(20_000)), null, null),
      new GuestCall(null, "ask", Map.of(), Duration.ZERO, null)
    };
    for (GuestCall call : bad) {
      AgentException failure = run(guest, call).awaitFailure();
      assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    }
  }

  @Test
  void timeoutsBecomeDeadlines() {
    Handler.Unary<String, String> left = (q, call) -> String.valueOf(call.timeLeft());
    Handler.Stream<String, String> none =
        (q, out, call) -> out.send(String.valueOf(call.timeLeft()));
    rig.serve(ASK, left).serve(CHAT, none);
    Guest guest = door(LOOPBACK).admit(visit("127.0.0.1", "localhost"));
    assertThat(timeLeft(run(guest, call("ask", Duration.ofHours(2)))))
        .isBetween(Duration.ofMinutes(119), Duration.ofHours(2));
    assertThat(timeLeft(run(guest, call("ask", Duration.ofSeconds(Long.MAX_VALUE)))))
        .isGreaterThan(Duration.ofDays(300));
    assertThat(timeLeft(run(guest, call("ask", null))))
        .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
    assertThat(run(guest, call("chat", null)).awaitEnd().texts()).containsExactly("null");
  }

  @Test
  void closedGuestsCallsAreCancelled() {
    CompletableFuture<Boolean> running = new CompletableFuture<>();
    CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    Handler.Async<String, String> handler =
        (q, call) -> {
          running.complete(true);
          CompletableFuture<String> never = new CompletableFuture<>();
          call.onCancel(
              () -> {
                cancelled.complete(true);
                never.cancel(false);
              });
          return never;
        };
    rig.serve(ASK, handler);
    Guest guest = door(LOOPBACK).admit(visit("127.0.0.1", "localhost"));
    RecordedReplies replies = ask(guest, "ask", null);
    running.orTimeout(10, TimeUnit.SECONDS).join();
    guest.close();
    assertThat(replies.awaitFailure().code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(cancelled.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
    assertThat(ask(guest, "ask", null).awaitFailure().code()).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void oneGuestHasOnlySoManyCallsAtOnce() {
    rig.serve(ASK, (Handler.Unary<String, String>) (q, call) -> q);
    Guest guest = door(LOOPBACK).admit(visit("127.0.0.1", "localhost"));
    Requests[] open = new Requests[1024];
    RecordedReplies[] replies = new RecordedReplies[open.length];
    for (int i = 0; i < open.length; i++) {
      replies[i] = new RecordedReplies();
      open[i] = guest.call(call("ask", null), replies[i]);
    }
    AgentException refused = ask(guest, "ask", null).awaitFailure();
    assertThat(refused.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(refused.outcome()).isEqualTo(Outcome.NOT_SENT);
    open[0].item(Payload.ofText("q"), true);
    replies[0].awaitEnd();
    Awaitility.await().untilAsserted(() -> assertThat(dispatcher.running()).isEqualTo(1023));
    ask(guest, "ask", null).awaitEnd();
    guest.close();
    assertThat(dispatcher.running()).isZero();
  }

  private GuestDoor door(GuestRules rules) {
    dispatcher = rig.dispatcher();
    return new GuestDoor(rules, dispatcher, rig.identity(), rig.services());
  }

  private AgentException refusal(GuestRules rules, Visit visit) {
    AgentException refusal =
        catchThrowableOfType(AgentException.class, () -> door(rules).admit(visit));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private static RecordedReplies ask(Guest guest, String operation, String agent) {
    return run(guest, new GuestCall(agent, operation, Map.of(), null, null));
  }

  private static RecordedReplies run(Guest guest, GuestCall call) {
    RecordedReplies replies = new RecordedReplies();
    guest.call(call, replies).item(Payload.ofText("q"), true);
    return replies;
  }

  private static GuestCall call(String operation, Duration timeout) {
    return new GuestCall(null, operation, Map.of(), timeout, null);
  }

  private static Duration timeLeft(RecordedReplies replies) {
    return Duration.parse(replies.awaitEnd().texts().get(0));
  }

  private static void assertDenied(AgentException refusal) {
    assertThat(refusal.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_SENT);
  }

  private static GuestRules rules(Mode mode) {
    return new GuestRules(mode, Map.of(), List.of(), List.of());
  }

  private static GuestRules tokens() {
    return new GuestRules(
        Mode.TOKENS, Map.of("other", "dave", "s3cret", "carol"), List.of(), List.of());
  }

  private static Visit visit(String address, String host) {
    return new Visit("http", address(address), host, null, false, null);
  }

  private static Visit page(String origin) {
    return new Visit("ws", address("127.0.0.1"), "localhost", origin, false, null);
  }

  private static Visit bearer(String token) {
    return new Visit("http", address("203.0.113.9"), "lib.example.org", null, true, token);
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
