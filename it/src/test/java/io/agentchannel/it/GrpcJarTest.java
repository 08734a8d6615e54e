package io.agentchannel.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.agentchannel.grpc.v1.AgentServiceGrpc;
import io.agentchannel.grpc.v1.Call;
import io.agentchannel.grpc.v1.Reply;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.BlockingClientCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program served from the jar over gRPC, for the command line and for any gRPC client. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class GrpcJarTest {
  private static final Pattern ENDPOINT = Pattern.compile("grpc://127\\.0\\.0\\.1:(\\d+)");

  @TempDir static Path home;

  private final Map<Process, String> endpoints = new HashMap<>();
  private Process upper;
  private Process lines;
  private ManagedChannel toUpper;
  private ManagedChannel toLines;

  @BeforeAll
  void serve() throws Exception {
    upper = serve("--name", "up", "--op", "upper", "--exec", "read x; sleep $x; echo $x done");
    lines = serve("--name", "lines", "--op", "lines", "--exec", "cat; exit 3", "--stream");
    toUpper = connect(upper);
    toLines = connect(lines);
  }

  @AfterAll
  void stop() throws Exception {
    for (ManagedChannel channel : List.of(toUpper, toLines)) {
      assertThat(channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
    for (Process process : List.of(upper, lines)) {
      RunnableJar.stop(process);
    }
  }

  @Test
  void theCommandLineIsAnswered() throws Exception {
    Process call = new RunnableJar(home).start("call", endpoint(upper), "upper", "--data", "0");
    call.getOutputStream().close();

    assertThat(new String(call.getInputStream().readAllBytes(), UTF_8)).isEqualTo("0 done\n");
    assertThat(call.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(new String(call.getErrorStream().readAllBytes(), UTF_8)).isEmpty();
    assertThat(call.exitValue()).isZero();
  }

  @Test
  void aRequestIsAnswered() {
    Reply reply = AgentServiceGrpc.newBlockingStub(toUpper).request(text("upper", "0"));

    assertThat(reply.getBody().toStringUtf8()).contains("0 done");
  }

  @Test
  void aStreamComesLineByLineAndEndsWithTheProgramsFailure() {
    Iterator<Reply> replies =
        AgentServiceGrpc.newBlockingStub(toLines).stream(text("lines", "a\nb\n"));

    assertThat(replies.next().getBody().toStringUtf8()).isEqualTo("a");
    assertThat(replies.next().getBody().toStringUtf8()).isEqualTo("b");
    StatusRuntimeException end =
        catchThrowableOfType(StatusRuntimeException.class, replies::hasNext);
    assertThat(end.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(end.getStatus().getDescription()).contains("3");
  }

  @Test
  void aDeadlineEndsTheCall() {
    StatusRuntimeException end =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                AgentServiceGrpc.newBlockingStub(toUpper)
                    .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                    .request(text("upper", "20")));

    assertThat(end.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void anOperationThatIsNotThereIsUnimplemented() {
    StatusRuntimeException end =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> AgentServiceGrpc.newBlockingStub(toUpper).request(text("sing", "x")));

    assertThat(end.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void theServicesAreListed() throws Exception {
    BlockingClientCall<ServerReflectionRequest, ServerReflectionResponse> call =
        ServerReflectionGrpc.newBlockingV2Stub(toUpper).serverReflectionInfo();
    call.write(ServerReflectionRequest.newBuilder().setListServices("").build());
    call.halfClose();

    assertThat(call.read().getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .contains("agentchannel.v1.AgentService", "grpc.health.v1.Health");
  }

  private static Call text(String operation, String body) {
    return Call.newBuilder()
        .setOperation(operation)
        .setContentType("text/plain")
        .setBody(ByteString.copyFromUtf8(body))
        .build();
  }

  private String endpoint(Process serving) {
    return endpoints.get(serving);
  }

  private ManagedChannel connect(Process serving) {
    int port = Integer.parseInt(endpoint(serving).replaceAll(".*:", ""));
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  private Process serve(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("serve", "--guests", "loopback"));
    all.addAll(List.of("--listen", "grpc://127.0.0.1:0"));
    all.addAll(List.of(arguments));
    Process process = new RunnableJar(home).start(all.toArray(String[]::new));
    endpoints.put(process, RunnableJar.awaitLine(process, ENDPOINT).group());
    return process;
  }
}
