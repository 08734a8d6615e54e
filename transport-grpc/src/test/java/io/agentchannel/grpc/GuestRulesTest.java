package io.agentchannel.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Unary;
import io.agentchannel.grpc.v1.AgentServiceGrpc;
import io.agentchannel.grpc.v1.Call;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whom an agent lets in, and what it shows to those whom it does not. */
@Timeout(30)
class GuestRulesTest {
  private static final Unary<Payload, Payload> ECHO = Operation.raw("echo");
  private static final Call CALL =
      Call.newBuilder().setOperation("echo").setBody(ByteString.copyFromUtf8("1")).build();

  @RegisterExtension final ServingAgent agents = new ServingAgent();

  @Test
  void anAgentTakesNoGuestsUnlessItIsToldTo() {
    Channel client = agents.plainClient(agents.start(Map.of(), GuestRulesTest::echoing));

    Status refusal = refusal(client);
    assertThat(refusal.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(refusal.getDescription()).contains("guests: loopback");
  }

  @Test
  void aTokenLetsAClientIn() {
    Channel client = agents.plainClient(withToken("s3cret"));

    assertThat(refusal(client).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refusal(with(client, "authorization", "Bearer wrong")).getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refusal(with(client, "authorization", "Basic s3cret")).getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(echo(with(client, "authorization", "Bearer s3cret"))).isEqualTo("1");
  }

  @Test
  void twoTokensInOneCallAreRefused() {
    Channel client = agents.plainClient(withToken("s3cret"));

    assertThat(
            refusal(
                    with(
                        with(client, "authorization", "Bearer s3cret"),
                        "authorization",
                        "Bearer other"))
                .getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void wrongTokensDoNotKeepTheRightOneOut() {
    Channel client = agents.plainClient(withToken("s3cret"));
    for (int i = 0; i < 50; i++) {
      assertThat(refusal(with(client, "authorization", "Bearer guess" + i)).getCode())
          .isEqualTo(Status.Code.UNAUTHENTICATED);
    }
    assertThat(echo(with(client, "authorization", "Bearer s3cret"))).isEqualTo("1");
  }

  @Test
  void aWebPageAndAProxyAreNoGuestsOfThisMachine() {
    Channel client = agents.plainClient(agents.start(GuestRulesTest::echoing));

    assertThat(refusal(with(client, "origin", "https://evil.example")).getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(refusal(with(client, "x-forwarded-for", "10.0.0.1")).getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(echo(client)).isEqualTo("1");
  }

  @Test
  void aNameThatOnlyLeadsToThisMachineIsRefused() throws Exception {
    Agent agent = agents.start(GuestRulesTest::echoing);
    var rebound =
        NettyChannelBuilder.forAddress("127.0.0.1", agent.endpoints().get(0).getPort())
            .overrideAuthority("rebound.example:80")
            .usePlaintext()
            .build();
    agents.add(() -> rebound.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));

    assertThat(refusal(rebound).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void everybodyMayAskWhetherTheAgentIsWell() {
    Channel client = agents.plainClient(agents.start(Map.of(), GuestRulesTest::echoing));
    HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(client);

    assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
        .isEqualTo(ServingStatus.SERVING);
    assertThat(
            health
                .check(
                    HealthCheckRequest.newBuilder()
                        .setService("agentchannel.v1.AgentService")
                        .build())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void guestsAreShownTheServices() throws Exception {
    Channel client = agents.plainClient(agents.start(GuestRulesTest::echoing));

    assertThat(services(client))
        .contains(
            "agentchannel.v1.AgentService",
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection");
    ServerReflectionResponse file =
        reflect(
            client,
            ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("agentchannel.v1.AgentService.Exchange")
                .build());
    assertThat(file.getFileDescriptorResponse().getFileDescriptorProtoCount()).isEqualTo(1);
  }

  @Test
  void strangersAreNotShownTheServices() {
    Channel client = agents.plainClient(withToken("s3cret"));

    StatusException refusal = catchThrowableOfType(StatusException.class, () -> services(client));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  private Agent withToken(String token) {
    return agents.start(
        Map.of("guests", Map.of("tokens", List.of(token))), GuestRulesTest::echoing);
  }

  private static AgentBuilder echoing(AgentBuilder builder) {
    return builder.serve(ECHO, (body, call) -> body);
  }

  private static String echo(Channel client) {
    return AgentServiceGrpc.newBlockingStub(client).request(CALL).getBody().toStringUtf8();
  }

  private static Status refusal(Channel client) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> echo(client)).getStatus();
  }

  private static Channel with(Channel client, String name, String value) {
    Metadata headers = new Metadata();
    headers.put(Visitors.key(name), value);
    return ClientInterceptors.intercept(client, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static List<String> services(Channel client) throws Exception {
    return reflect(client, ServerReflectionRequest.newBuilder().setListServices("").build())
        .getListServicesResponse()
        .getServiceList()
        .stream()
        .map(ServiceResponse::getName)
        .toList();
  }

  private static ServerReflectionResponse reflect(Channel client, ServerReflectionRequest request)
      throws Exception {
    BlockingClientCall<ServerReflectionRequest, ServerReflectionResponse> call =
        ServerReflectionGrpc.newBlockingV2Stub(client).serverReflectionInfo();
    call.write(request);
    call.halfClose();
    return call.read();
  }
}
