package io.agentchannel.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentException;
import io.agentchannel.CallContext;
import io.agentchannel.Duplex;
import io.agentchannel.OneWay;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Peer;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import io.agentchannel.grpc.v1.AgentServiceGrpc;
import io.agentchannel.grpc.v1.Call;
import io.agentchannel.grpc.v1.Reply;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that was generated from {@code agent_service.proto}, and has nothing else of ours. */
@Timeout(30)
class PlainClientsTest {
  record Question(String text) {}

  record Answer(String text) {}

  private static final Unary<Question, Answer> ASK =
      Operation.unary("ask", Question.class, Answer.class);
  private static final Unary<Payload, Payload> RAW = Operation.raw("raw");
  private static final Streaming<Integer, String> COUNT =
      Operation.streaming("count", Integer.class, String.class);
  private static final Duplex<String, String> TALK =
      Operation.duplex("talk", String.class, String.class);
  private static final OneWay<String> NOTE = Operation.oneWay("note", String.class);

  @RegisterExtension final ServingAgent agents = new ServingAgent();

  @Test
  void aRequestIsAnswered() {
    Reply reply =
        blocking(agents.start(PlainClientsTest::answering))
            .request(call("ask", "{\"text\":\"why?\"}").setContentType("application/json").build());

    assertThat(reply.getContentType()).isEqualTo("application/json");
    assertThat(reply.getBody().toStringUtf8()).isEqualTo("{\"text\":\"why? because\"}");
  }

  @Test
  void aBodyWithoutAContentTypeIsJson() {
    Agent agent = agents.start(b -> b.serve(RAW, (body, call) -> Payload.ofText(body.toString())));

    assertThat(text(blocking(agent).request(call("raw", "{}").build())))
        .isEqualTo("application/json, 2 bytes");
  }

  @Test
  void theAgentThatIsMeantMayBeNamed() {
    Agent agent = agents.start(PlainClientsTest::answering);
    Call.Builder call = call("ask", "{\"text\":\"why?\"}");

    blocking(agent).request(call.setAgent("librarian").build());
    blocking(agent).request(call.setAgent(agent.id().toString()).build());
    StatusRuntimeException failure = failing(agent, call.setAgent("cook").build());
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(outcome(failure)).isEqualTo("NOT_SENT");
  }

  @Test
  void anOperationThatIsNotServedIsSaidToBeUnimplemented() {
    StatusRuntimeException failure =
        failing(agents.start(PlainClientsTest::answering), call("sing", "1").build());

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(outcome(failure)).isEqualTo("NOT_SENT");
  }

  @Test
  void aBodyThatCannotBeReadIsRefused() {
    StatusRuntimeException failure =
        failing(agents.start(PlainClientsTest::answering), call("ask", "[1").build());

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(outcome(failure)).isEqualTo("NOT_SENT");
  }

  @Test
  void aFailureOnPurposeKeepsItsWordsAndDetails() throws Exception {
    Agent agent =
        agents.start(
            b ->
                b.serve(
                    ASK,
                    (q, call) -> {
                      throw AgentException.application("no such book", Map.of("isbn", "1234"));
                    }));

    StatusRuntimeException failure = failing(agent, call("ask", "{\"text\":\"x\"}").build());
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(failure.getStatus().getDescription()).isEqualTo("no such book");
    assertThat(trailer(failure, "agentchannel-code")).isEqualTo("APPLICATION");
    assertThat(outcome(failure)).isEqualTo("PROCESSED");
    ErrorInfo info = StatusProto.fromThrowable(failure).getDetails(0).unpack(ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo("APPLICATION");
    assertThat(info.getMetadataMap()).isEqualTo(Map.of("isbn", "1234"));
  }

  @Test
  void whatAHandlerThrowsStaysHere() {
    Agent agent =
        agents.start(
            b ->
                b.serve(
                    ASK,
                    (q, call) -> {
                      throw new IllegalStateException("the password is swordfish");
                    }));

    StatusRuntimeException failure = failing(agent, call("ask", "{\"text\":\"x\"}").build());
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure.getStatus().getDescription()).doesNotContain("swordfish");
  }

  @Test
  void metadataReachTheHandler() {
    CompletableFuture<Map<String, String>> seen = new CompletableFuture<>();
    Agent agent =
        agents.start(
            b ->
                b.serve(
                    ASK,
                    (q, call) -> {
                      seen.complete(call.metadata());
                      return new Answer("");
                    }));
    Metadata headers = new Metadata();
    headers.put(Visitors.key("trace"), "abc");
    headers.put(Visitors.key("colour"), "red");
    headers.put(Metadata.Key.of("raw-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {1});

    blocking(agent)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .request(call("ask", "{\"text\":\"x\"}").putMetadata("colour", "blue").build());
    assertThat(seen).isCompletedWithValue(Map.of("trace", "abc", "colour", "blue"));
  }

  @Test
  void theHandlerSeesWhoCalls() {
    CompletableFuture<Peer> seen = new CompletableFuture<>();
    Agent agent =
        agents.start(
            b ->
                b.serve(
                    ASK,
                    (q, call) -> {
                      seen.complete(call.peer());
                      return new Answer("");
                    }));

    blocking(agent).request(call("ask", "{\"text\":\"x\"}").build());
    assertThat(seen.join())
        .isInstanceOfSatisfying(
            Peer.Guest.class,
            guest -> {
              assertThat(guest.scheme()).isEqualTo("grpc");
              assertThat(guest.address()).startsWith("127.0.0.1");
            });
  }

  @Test
  void aKeyedCallRunsOnce() {
    AtomicInteger runs = new AtomicInteger();
    Agent agent =
        agents.start(b -> b.serve(ASK, (q, call) -> new Answer("run " + runs.incrementAndGet())));
    Metadata headers = new Metadata();
    headers.put(Visitors.IDEMPOTENCY_KEY, "k1");
    AgentServiceGrpc.AgentServiceBlockingStub keyed =
        blocking(agent).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    Call call = call("ask", "{\"text\":\"x\"}").build();

    assertThat(text(keyed.request(call))).contains("run 1");
    assertThat(text(keyed.request(call))).contains("run 1");
    assertThat(runs).hasValue(1);
  }

  @Test
  void aOneWayMessageIsAnsweredWithNothingWhenItIsAccepted() throws Exception {
    CompletableFuture<String> note = new CompletableFuture<>();
    Agent agent = agents.start(b -> b.serveOneWay(NOTE, (text, call) -> note.complete(text)));

    Reply reply =
        blocking(agent).request(call("note", "hello").setContentType("text/plain").build());
    assertThat(reply).isEqualTo(Reply.getDefaultInstance());
    assertThat(note.get(5, SECONDS)).isEqualTo("hello");
  }

  @Test
  void aStreamIsAnsweredItemByItem() {
    Iterator<Reply> replies =
        blocking(agents.start(PlainClientsTest::counting)).stream(call("count", "3").build());

    List<String> items = new ArrayList<>();
    replies.forEachRemaining(reply -> items.add(text(reply)));
    assertThat(items).containsExactly("1", "2", "3");
  }

  @Test
  void aUnaryOperationCanBeCalledAsAStreamOfOne() {
    Iterator<Reply> replies =
        blocking(agents.start(PlainClientsTest::answering)).stream(
            call("ask", "{\"text\":\"why?\"}").build());

    assertThat(text(replies.next())).contains("because");
    assertThat(replies.hasNext()).isFalse();
  }

  @Test
  void aStreamCalledAsARequestSaysWhatToCall() {
    StatusRuntimeException failure =
        failing(agents.start(PlainClientsTest::counting), call("count", "3").build());

    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(failure.getStatus().getDescription()).contains("Stream");
  }

  @Test
  void aConversationGoesBothWays() throws Exception {
    Replies replies = new Replies();
    StreamObserver<Call> talk = async(agents.start(PlainClientsTest::talking)).exchange(replies);
    talk.onNext(text("talk", "a"));
    assertThat(replies.next()).isEqualTo("a!");
    talk.onNext(text("", "b"));
    assertThat(replies.next()).isEqualTo("b!");
    talk.onCompleted();

    assertThat(replies.next()).isEqualTo("bye");
    assertThat(replies.end()).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void theFirstMessageOfAConversationMayOnlyNameIt() throws Exception {
    Replies replies = new Replies();
    StreamObserver<Call> talk = async(agents.start(PlainClientsTest::talking)).exchange(replies);
    talk.onNext(Call.newBuilder().setOperation("talk").build());
    talk.onNext(text("", "first"));
    assertThat(replies.next()).isEqualTo("first!");
    talk.onCompleted();

    assertThat(replies.next()).isEqualTo("bye");
  }

  @Test
  void theClientsDeadlineIsTheHandlers() throws Exception {
    CompletableFuture<Duration> left = new CompletableFuture<>();
    CountDownLatch cancelled = new CountDownLatch(1);
    Agent agent = agents.start(b -> b.serve(ASK, (q, call) -> waiting(call, left, cancelled)));

    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                blocking(agent)
                    .withDeadlineAfter(300, MILLISECONDS)
                    .request(call("ask", "{\"text\":\"x\"}").build()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(left.get(5, SECONDS)).isBetween(Duration.ZERO, Duration.ofMillis(300));
    assertThat(cancelled.await(5, SECONDS)).isTrue();
  }

  @Test
  void aCancelReachesTheHandler() throws Exception {
    CompletableFuture<Duration> running = new CompletableFuture<>();
    CountDownLatch cancelled = new CountDownLatch(1);
    Agent agent = agents.start(b -> b.serve(ASK, (q, call) -> waiting(call, running, cancelled)));
    Replies replies = new Replies();
    async(agent).stream(call("ask", "{\"text\":\"x\"}").build(), replies);
    running.get(5, SECONDS);
    replies.cancel();

    assertThat(cancelled.await(5, SECONDS)).isTrue();
    assertThat(replies.end())
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .satisfies(
            failure ->
                assertThat(Status.fromThrowable(failure).getCode())
                    .isEqualTo(Status.Code.CANCELLED));
  }

  @Test
  void aClientThatDoesNotReadHoldsTheHandlerBack() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    CountDownLatch heldBack = new CountDownLatch(1);
    String item = "x".repeat(16 * 1024);
    Agent agent =
        agents.start(
            b ->
                b.serveStream(
                    COUNT,
                    (count, out, call) -> {
                      for (int i = 0; i < count; i++) {
                        if (!out.isReady()) {
                          heldBack.countDown();
                        }
                        out.send(item);
                        sent.incrementAndGet();
                      }
                    }));
    Replies replies = new Replies();
    async(agent).stream(call("count", "10000").build(), replies);
    assertThat(replies.next()).isEqualTo(item);
    assertThat(heldBack.await(10, SECONDS)).isTrue();

    assertThat(sent.get() * item.length()).isLessThan(8 * 1024 * 1024);
    replies.request(10_000);
    await().until(() -> sent.get() == 10_000);
    assertThat(replies.end()).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void aHandlerThatDoesNotTakeHoldsTheClientBack() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    AtomicInteger taken = new AtomicInteger();
    Agent agent =
        agents.start(
            b ->
                b.serveDuplex(
                    TALK,
                    (talk, call) -> {
                      open.await();
                      while (talk.receive() != null) {
                        taken.incrementAndGet();
                      }
                    }));
    Replies replies = new Replies();
    StreamObserver<Call> talk = async(agent).exchange(replies);
    String message = "x".repeat(64 * 1024);
    int sent = 0;
    while (sent == 0 || replies.awaitReady(Duration.ofMillis(300))) {
      talk.onNext(text("talk", message));
      sent++;
      assertThat(sent).isLessThan(1000);
    }
    open.countDown();
    talk.onCompleted();

    int all = sent;
    await().until(() -> taken.get() == all);
    assertThat(replies.end()).succeedsWithin(Duration.ofSeconds(5));
  }

  private static Answer waiting(
      CallContext call, CompletableFuture<Duration> left, CountDownLatch cancelled)
      throws InterruptedException {
    call.onCancel(cancelled::countDown);
    left.complete(call.timeLeft());
    cancelled.await();
    return new Answer("too late");
  }

  private static AgentBuilder answering(AgentBuilder builder) {
    return builder.serve(ASK, (q, call) -> new Answer(q.text() + " because"));
  }

  private static AgentBuilder counting(AgentBuilder builder) {
    return builder.serveStream(
        COUNT,
        (count, out, call) -> {
          for (int i = 1; i <= count; i++) {
            out.send(String.valueOf(i));
          }
        });
  }

  private static AgentBuilder talking(AgentBuilder builder) {
    return builder.serveDuplex(
        TALK,
        (talk, call) -> {
          for (String m = talk.receive(); m != null; m = talk.receive()) {
            talk.send(m + "!");
          }
          talk.send("bye");
        });
  }

  private AgentServiceGrpc.AgentServiceBlockingStub blocking(Agent agent) {
    return AgentServiceGrpc.newBlockingStub(agents.plainClient(agent));
  }

  private AgentServiceGrpc.AgentServiceStub async(Agent agent) {
    return AgentServiceGrpc.newStub(agents.plainClient(agent));
  }

  private StatusRuntimeException failing(Agent agent, Call call) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> blocking(agent).request(call));
  }

  private static Call.Builder call(String operation, String body) {
    return Call.newBuilder()
        .setOperation(operation)
        .setBody(ByteString.copyFrom(body.getBytes(UTF_8)));
  }

  private static Call text(String operation, String body) {
    return call(operation, body).setContentType("text/plain").build();
  }

  private static String text(Reply reply) {
    return reply.getBody().toStringUtf8();
  }

  private static String outcome(StatusRuntimeException failure) {
    return trailer(failure, "agentchannel-outcome");
  }

  private static String trailer(StatusRuntimeException failure, String name) {
    return failure.getTrailers().get(Visitors.key(name));
  }
}
