package io.agentchannel.grpc;

import static org.awaitility.Awaitility.await;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.testkit.contract.LeakCheck;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Agents that listen at gRPC, and plain clients of them: gRPC's own, with nothing of this library.
 * After each test all are closed, and nothing may be left.
 */
final class ServingAgent implements BeforeEachCallback, AfterEachCallback {
  private final List<AutoCloseable> open = new ArrayList<>();
  private LeakCheck leaks;

  /** An agent named librarian that takes guests of this machine. */
  Agent start(UnaryOperator<AgentBuilder> services) {
    return start(Map.of("guests", "loopback"), services);
  }

  Agent start(Map<String, Object> config, UnaryOperator<AgentBuilder> services) {
    return add(
        services
            .apply(
                Agent.builder(AgentConfig.of(config))
                    .name("librarian")
                    .identity("ephemeral")
                    .trustPolicy("open")
                    .listen("grpc://127.0.0.1:0"))
            .start());
  }

  /** An agent that listens nowhere. */
  Agent caller() {
    return caller(Map.of());
  }

  Agent caller(Map<String, Object> config) {
    return add(Agent.builder(AgentConfig.of(config)).name("caller").identity("ephemeral").start());
  }

  /** What an agent learns that cannot reach an endpoint, and will try again. */
  static String trouble(Agent caller, String endpoint) {
    AgentChannel channel = caller.channel(endpoint);
    channel.requestAsync(Operation.raw("any"), Payload.ofBytes(new byte[1]));
    return await()
        .until(() -> channel.explain().routes().get(0).lastError(), error -> error != null);
  }

  Channel plainClient(Agent agent) {
    URI endpoint = agent.endpoints().get(0);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", endpoint.getPort()).usePlaintext().build();
    open.add(
        () -> {
          channel.shutdownNow();
          channel.awaitTermination(5, TimeUnit.SECONDS);
        });
    return channel;
  }

  <T extends AutoCloseable> T add(T closeable) {
    open.add(closeable);
    return closeable;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    leaks = LeakCheck.begin();
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    leaks.assertNothingLeft();
  }
}
