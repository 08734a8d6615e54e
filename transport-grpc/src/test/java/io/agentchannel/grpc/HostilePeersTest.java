package io.agentchannel.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.agentchannel.Agent;
import io.agentchannel.Operation;
import io.agentchannel.Unary;
import io.agentchannel.grpc.v1.AgentServiceGrpc;
import io.agentchannel.grpc.v1.Call;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Peers that do not keep to the protocol: each hurts itself, and nobody else. */
@Timeout(30)
class HostilePeersTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);
  private static final MethodDescriptor<ByteBuffer, ByteBuffer> CONNECT =
      AgentServiceGrpc.getConnectMethod().toBuilder(
              BytesMarshaller.INSTANCE, BytesMarshaller.INSTANCE)
          .build();

  @RegisterExtension final ServingAgent agents = new ServingAgent();

  @Test
  void aMessageThatIsNoPacketEndsItsLinkAlone() throws Exception {
    Agent agent = echoing();
    var well = agents.caller().channel(agent.endpoints().get(0).toString());
    assertThat(well.request(ECHO, "before")).isEqualTo("before");
    Channel hostile = agents.plainClient(agent);

    assertThat(endOf(hostile, new Metadata(), new byte[] {1, 2, 3}))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(endOf(hostile, new Metadata(), new byte[0])).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(well.request(ECHO, "after")).isEqualTo("after");
  }

  @Test
  void aMessageThatIsTooLargeEndsItsLinkAlone() throws Exception {
    Agent agent = echoing();

    assertThat(endOf(agents.plainClient(agent), new Metadata(), new byte[8 * 1024 * 1024]))
        .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
    assertWell(agent);
  }

  @Test
  void aPacketThatIsNoHandshakeEndsItsLinkAlone() throws Exception {
    Agent agent = echoing();

    assertThat(endOf(agents.plainClient(agent), new Metadata(), new byte[] {0x0a, 3, 1, 2, 3}))
        .isIn(Status.Code.OK, Status.Code.INVALID_ARGUMENT);
    assertWell(agent);
  }

  @Test
  void aWebPageMakesNoLink() throws Exception {
    Metadata headers = new Metadata();
    headers.put(Visitors.ORIGIN, "https://evil.example");

    assertThat(endOf(agents.plainClient(echoing()), headers, new byte[] {0x0a, 1, 1}))
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void metadataThatAreTooLargeAreRefused() {
    Agent agent = echoing();
    Metadata headers = new Metadata();
    headers.put(Visitors.key("big"), "x".repeat(64 * 1024));

    StatusRuntimeException refusal =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                AgentServiceGrpc.newBlockingStub(agents.plainClient(agent))
                    .withInterceptors(
                        io.grpc.stub.MetadataUtils.newAttachHeadersInterceptor(headers))
                    .request(Call.newBuilder().setOperation("echo").build()));
    assertThat(refusal).isNotNull();
    assertWell(agent);
  }

  @Test
  void whoDoesNotSpeakHttp2IsCutOff() throws Exception {
    Agent agent = echoing();
    try (Socket socket = new Socket("127.0.0.1", agent.endpoints().get(0).getPort())) {
      socket.setSoTimeout(15_000);
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      while (socket.getInputStream().read() >= 0) {
        // Its farewell.
      }
    } catch (IOException reset) {
      // As good an end.
    }
    assertWell(agent);
  }

  @Test
  void strangersWhoSayNothingMakeRoomForOthers() throws Exception {
    Agent agent = echoing();
    Deque<Socket> strangers = new ArrayDeque<>();
    try {
      // A few more than there is room for: the oldest is one of those that go.
      for (int i = 0; i < 512 + 20; i++) {
        strangers.add(new Socket("127.0.0.1", agent.endpoints().get(0).getPort()));
      }
      Socket oldest = strangers.getFirst();
      oldest.setSoTimeout(100);
      await().atMost(Duration.ofSeconds(5)).until(() -> isCut(oldest));
      assertWell(agent);
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void aServerThatSendsNoPacketsIsNoAgent() throws Exception {
    Server server =
        serving(
            (call, headers) -> {
              call.sendHeaders(new Metadata());
              call.sendMessage(ByteBuffer.wrap(new byte[] {1, 2, 3}));
              return new ServerCall.Listener<>() {};
            });

    assertThat(ServingAgent.trouble(agents.caller(), "grpc://127.0.0.1:" + server.getPort()))
        .contains("not a packet");
  }

  @Test
  void aServerThatFloodsWithPacketsIsLeft() throws Exception {
    Server server =
        serving(
            (call, headers) -> {
              call.sendHeaders(new Metadata());
              for (int i = 0; i < 5_000; i++) {
                call.sendMessage(ByteBuffer.wrap(new byte[] {0x0a, 1, 1}));
              }
              return new ServerCall.Listener<>() {};
            });

    assertThat(ServingAgent.trouble(agents.caller(), "grpc://127.0.0.1:" + server.getPort()))
        .isNotBlank();
  }

  private Agent echoing() {
    return agents.start(b -> b.serve(ECHO, (text, call) -> text));
  }

  private void assertWell(Agent agent) {
    assertThat(agents.caller().channel(agent.endpoints().get(0).toString()).request(ECHO, "well"))
        .isEqualTo("well");
  }

  private static boolean isCut(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        // What it was greeted with.
      }
      return true;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private static Status.Code endOf(Channel channel, Metadata headers, byte[] message)
      throws Exception {
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<ByteBuffer, ByteBuffer> call = channel.newCall(CONNECT, io.grpc.CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        headers);
    call.request(100);
    call.sendMessage(ByteBuffer.wrap(message));
    return end.get(15, SECONDS).getCode();
  }

  private Server serving(io.grpc.ServerCallHandler<ByteBuffer, ByteBuffer> handler)
      throws IOException {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                ServerServiceDefinition.builder(AgentService.NAME)
                    .addMethod(CONNECT, handler)
                    .build())
            .build()
            .start();
    agents.add(() -> server.shutdownNow().awaitTermination(5, SECONDS));
    return server;
  }
}
