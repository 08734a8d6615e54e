package io.agentchannel.grpc;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Conversation;
import io.agentchannel.Duplex;
import io.agentchannel.EventHandler;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.ReplyStream;
import io.agentchannel.RouteReport;
import io.agentchannel.Streaming;
import io.agentchannel.Topic;
import io.agentchannel.Unary;
import io.agentchannel.grpc.v1.AgentServiceGrpc;
import io.agentchannel.grpc.v1.Call;
import io.agentchannel.grpc.v1.Reply;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Existing gRPC services, called as if they were agents. */
@Timeout(30)
class PlainServicesTest {
  private static final Unary<HealthCheckRequest, HealthCheckResponse> CHECK =
      Operation.unary("Check", HealthCheckRequest.class, HealthCheckResponse.class);
  private static final Streaming<HealthCheckRequest, HealthCheckResponse> WATCH =
      Operation.streaming("Watch", HealthCheckRequest.class, HealthCheckResponse.class);
  private static final Unary<Call, Reply> REQUEST =
      Operation.unary("Request", Call.class, Reply.class);
  private static final Streaming<Call, Reply> STREAM =
      Operation.streaming("Stream", Call.class, Reply.class);
  private static final Duplex<Call, Reply> EXCHANGE =
      Operation.duplex("Exchange", Call.class, Reply.class);

  @RegisterExtension final ServingAgent agents = new ServingAgent();

  private final HealthStatusManager health = new HealthStatusManager();

  @Test
  void aMethodIsCalledWithItsOwnMessages() throws Exception {
    AgentChannel service = channel(start(new Foreign()), "/grpc.health.v1.Health/Check");

    HealthCheckResponse reply =
        service.request(CHECK, HealthCheckRequest.newBuilder().setService("").build());
    assertThat(reply.getStatus()).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void theOperationsNameIsTheMethodWhereTheEndpointHasNone() throws Exception {
    AgentChannel service = channel(start(new Foreign()), "/grpc.health.v1.Health");

    assertThat(service.request(CHECK, HealthCheckRequest.getDefaultInstance()).getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void aMethodIsCalledWithBytes() throws Exception {
    Unary<Payload, Payload> raw = Operation.raw("anything");
    AgentChannel service = channel(start(new Foreign()), "/grpc.health.v1.Health/Check");

    Payload reply =
        service.request(
            raw, Payload.ofBytes(HealthCheckRequest.getDefaultInstance().toByteArray()));
    assertThat(HealthCheckResponse.parseFrom(reply.body()).getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void whatNoMethodTakesIsRefusedHere() throws Exception {
    Unary<String, byte[]> text = Operation.unary("text", String.class, byte[].class);
    AgentChannel service = channel(start(new Foreign()), "/grpc.health.v1.Health/Check");

    AgentException failure = failure(() -> service.request(text, "hello"));
    assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(failure).hasMessageContaining("protobuf messages or bytes, not text/plain");
  }

  @Test
  void aStreamComesItemByItemAndIsCancelled() throws Exception {
    AgentChannel service = channel(start(new Foreign()), "/grpc.health.v1.Health/Watch");
    try (ReplyStream<HealthCheckResponse> watch =
        service.stream(WATCH, HealthCheckRequest.getDefaultInstance())) {
      var statuses = watch.iterator();
      assertThat(statuses.next().getStatus()).isEqualTo(ServingStatus.SERVING);
      health.setStatus("", ServingStatus.NOT_SERVING);
      assertThat(statuses.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    }
  }

  @Test
  void aConversationGoesBothWays() throws Exception {
    AgentChannel service = channel(start(new Foreign()), "/agentchannel.v1.AgentService/Exchange");
    try (Conversation<Call, Reply> talk = service.open(EXCHANGE)) {
      talk.send(call("a"));
      assertThat(talk.receive().getBody().toStringUtf8()).isEqualTo("a!");
      talk.send(call("b"));
      assertThat(talk.receive().getBody().toStringUtf8()).isEqualTo("b!");
      talk.complete();
      assertThat(talk.receive()).isNull();
    }
  }

  @Test
  void manyMessagesOfAConversationKeepTheirOrder() throws Exception {
    AgentChannel service = channel(start(new Foreign()), "/agentchannel.v1.AgentService/Exchange");
    try (Conversation<Call, Reply> talk = service.open(EXCHANGE)) {
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 2000; i++) {
                  talk.send(call(String.valueOf(i)));
                }
                talk.complete();
              });
      List<String> replies = new ArrayList<>();
      for (Reply r = talk.receive(); r != null; r = talk.receive()) {
        replies.add(r.getBody().toStringUtf8());
      }
      sent.get(5, SECONDS);
      assertThat(replies).hasSize(2000);
      assertThat(replies.get(1234)).isEqualTo("1234!");
    }
  }

  @Test
  void aSlowCallerHoldsTheServiceBack() throws Exception {
    Foreign foreign = new Foreign();
    AgentChannel service = channel(start(foreign), "/agentchannel.v1.AgentService/Stream");
    try (ReplyStream<Reply> stream = service.stream(STREAM, call("64 KiB items"))) {
      var replies = stream.iterator();
      replies.next();
      assertThat(foreign.heldBack.await(10, SECONDS)).isTrue();
      assertThat(foreign.sent.get()).isLessThan(16 * 1024 / 64);
      for (int i = 1; i < 1000; i++) {
        replies.next();
      }
      assertThat(replies.hasNext()).isFalse();
    }
  }

  @Test
  void metadataAndTheKeyReachTheService() throws Exception {
    Foreign foreign = new Foreign();
    AgentChannel service = channel(start(foreign), "/agentchannel.v1.AgentService/Request");

    service.request(
        REQUEST, call("x"), CallOptions.defaults().withMetadata("trace", "abc").withKey("k1"));
    assertThat(foreign.headers.get().get(Visitors.key("trace"))).isEqualTo("abc");
    assertThat(foreign.headers.get().get(Visitors.IDEMPOTENCY_KEY)).isEqualTo("k1");
  }

  @Test
  void theDeadlineReachesTheServiceAndEndsTheCall() throws Exception {
    Foreign foreign = new Foreign();
    AgentChannel service = channel(start(foreign), "/agentchannel.v1.AgentService/Request");

    AgentException failure =
        failure(
            () ->
                service.request(
                    REQUEST, call("never"), CallOptions.timeout(Duration.ofMillis(300))));
    assertThat(failure.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(foreign.deadline.get(5, SECONDS)).isLessThanOrEqualTo(300);
    await().until(foreign.cancelled::isDone);
  }

  @Test
  void aCancelReachesTheService() throws Exception {
    Foreign foreign = new Foreign();
    AgentChannel service = channel(start(foreign), "/agentchannel.v1.AgentService/Request");
    CompletableFuture<Reply> call = service.requestAsync(REQUEST, call("never"));
    foreign.deadline.get(5, SECONDS);
    call.cancel(true);

    assertThat(foreign.cancelled).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void aServicesStatusIsTheCallersCode() throws Exception {
    AgentChannel service = channel(start(new Foreign()), "/agentchannel.v1.AgentService/Request");

    AgentException failure = failure(() -> service.request(REQUEST, call("FAILED_PRECONDITION")));
    assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(failure).hasMessageContaining("as asked for");
    assertThat(failure(() -> service.request(REQUEST, call("OUT_OF_RANGE"))).code())
        .isEqualTo(Code.INVALID_ARGUMENT);
    AgentException aborted = failure(() -> service.request(REQUEST, call("ABORTED")));
    assertThat(aborted.code()).isEqualTo(Code.APPLICATION);
    assertThat(aborted.details()).containsEntry("grpc-status", "ABORTED");
  }

  @Test
  void aMethodThatIsNotThereIsSaidToBeUnimplemented() throws Exception {
    AgentChannel service = channel(start(new Foreign()), "/no.such.Service/Method");

    assertThat(failure(() -> service.request(REQUEST, call("x"))).code())
        .isEqualTo(Code.UNIMPLEMENTED);
  }

  @Test
  void aCallWaitsForAServiceThatIsNotThereYet() throws Exception {
    int port = freePort();
    AgentChannel service =
        agents.caller().channel("grpc-native://127.0.0.1:" + port + "/grpc.health.v1.Health/Check");
    CompletableFuture<HealthCheckResponse> call =
        service.requestAsync(CHECK, HealthCheckRequest.getDefaultInstance());
    await().until(() -> service.explain().routes().get(0).failures() > 0);
    start(new Foreign(), port);

    assertThat(call.get(10, SECONDS).getStatus()).isEqualTo(ServingStatus.SERVING);
    assertThat(service.explain().routes().get(0).state()).isEqualTo(RouteReport.State.CONNECTED);
  }

  @Test
  void aServiceThatIsNotThereIsNamedAndTheRequestNotSent() throws Exception {
    var caller = agents.caller();
    String nobody = "grpc-native://127.0.0.1:" + freePort() + "/grpc.health.v1.Health/Check";

    assertThat(ServingAgent.trouble(caller, nobody)).contains("connection refused");
    AgentException failure =
        failure(
            () ->
                caller
                    .channel(nobody)
                    .request(
                        CHECK,
                        HealthCheckRequest.getDefaultInstance(),
                        CallOptions.timeout(Duration.ofMillis(300))));
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
  }

  @Test
  void aPlainServiceHasNoTopics() throws Exception {
    AgentChannel service = channel(start(new Foreign()), "/grpc.health.v1.Health/Check");
    CompletableFuture<AgentException> closed = new CompletableFuture<>();
    service.subscribe(
        Topic.of("news", String.class),
        new EventHandler<>() {
          @Override
          public void onEvent(String event) {}

          @Override
          public void onClosed(AgentException failure) {
            closed.complete(failure);
          }
        });

    assertThat(closed.get(5, SECONDS).code()).isEqualTo(Code.UNIMPLEMENTED);
  }

  @Test
  void anEndpointThatNamesNoServiceIsRefused() {
    var caller = agents.caller();

    for (String wrong :
        List.of("grpc-native://host:1", "grpc-native://host:1/a/b/c", "grpc-native://host:1/a-b")) {
      assertThat(failure(() -> caller.channel(wrong)))
          .hasMessageContaining("package.Service/Method");
    }
    assertThat(
            failure(
                    () ->
                        agents.start(
                            Map.of(), b -> b.listen("grpc-native://127.0.0.1:0/grpc.Service")))
                .code())
        .isEqualTo(Code.INVALID_ARGUMENT);
  }

  private AgentChannel channel(Server service, String path) {
    return agents.caller().channel("grpc-native://127.0.0.1:" + service.getPort() + path);
  }

  private Server start(Foreign foreign) throws IOException {
    return start(foreign, 0);
  }

  private Server start(Foreign foreign, int port) throws IOException {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
            .addService(health.getHealthService())
            .addService(foreign)
            .intercept(foreign)
            .build()
            .start();
    agents.add(() -> server.shutdownNow().awaitTermination(5, SECONDS));
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Call call(String body) {
    return Call.newBuilder().setBody(ByteString.copyFromUtf8(body)).build();
  }

  private static AgentException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable c) {
    return catchThrowableOfType(AgentException.class, c);
  }

  /** A service that somebody else has written, with gRPC's own tools. */
  private static final class Foreign extends AgentServiceGrpc.AgentServiceImplBase
      implements ServerInterceptor {
    final CompletableFuture<Metadata> headers = new CompletableFuture<>();
    final CompletableFuture<Long> deadline = new CompletableFuture<>();
    final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    final CountDownLatch heldBack = new CountDownLatch(1);
    final AtomicInteger sent = new AtomicInteger();

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
      headers.complete(metadata);
      return next.startCall(call, metadata);
    }

    @Override
    public void request(Call call, StreamObserver<Reply> reply) {
      String asked = call.getBody().toStringUtf8();
      if (asked.equals("never")) {
        ((ServerCallStreamObserver<Reply>) reply)
            .setOnCancelHandler(() -> cancelled.complete(null));
        var limit = Context.current().getDeadline();
        deadline.complete(
            limit == null ? -1 : limit.timeRemaining(java.util.concurrent.TimeUnit.MILLISECONDS));
      } else if (asked.equals("x")) {
        reply.onNext(Reply.getDefaultInstance());
        reply.onCompleted();
      } else {
        reply.onError(
            Status.fromCode(Status.Code.valueOf(asked))
                .withDescription("as asked for")
                .asRuntimeException());
      }
    }

    /** A thousand items of 64 KiB, as they can go. */
    @Override
    public void stream(Call call, StreamObserver<Reply> replies) {
      ServerCallStreamObserver<Reply> out = (ServerCallStreamObserver<Reply>) replies;
      Reply item = Reply.newBuilder().setBody(ByteString.copyFrom(new byte[64 * 1024])).build();
      out.setOnReadyHandler(
          () -> {
            while (out.isReady() && sent.get() < 1000) {
              out.onNext(item);
              if (sent.incrementAndGet() == 1000) {
                out.onCompleted();
              }
            }
            if (sent.get() < 1000) {
              heldBack.countDown();
            }
          });
    }

    @Override
    public StreamObserver<Call> exchange(StreamObserver<Reply> replies) {
      return new StreamObserver<>() {
        @Override
        public void onNext(Call call) {
          replies.onNext(
              Reply.newBuilder()
                  .setBody(call.getBody().concat(ByteString.copyFromUtf8("!")))
                  .build());
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          replies.onCompleted();
        }
      };
    }
  }
}
