package io.agentchannel.spi;

import io.agentchannel.AgentConfig;
import io.agentchannel.Codec;
import io.agentchannel.HandlerOptions;
import io.agentchannel.Interceptor;
import io.agentchannel.Operation;
import io.agentchannel.Topic;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a builder collected. Immutable.
 *
 * @param overrides configuration keys set in code; they win over environment and file
 * @param executor the user's, or null for the runtime's own
 */
public record AgentSpec(
    AgentConfig config,
    Map<String, Object> overrides,
    List<Service> services,
    List<Topic<?>> topics,
    List<Codec> codecs,
    List<Interceptor> clientInterceptors,
    List<Interceptor> serverInterceptors,
    @Nullable Executor executor) {

  public AgentSpec {
    overrides = Map.copyOf(overrides);
    services = List.copyOf(services);
    topics = List.copyOf(topics);
    codecs = List.copyOf(codecs);
    clientInterceptors = List.copyOf(clientInterceptors);
    serverInterceptors = List.copyOf(serverInterceptors);
  }

  /**
   * One operation and what serves it.
   *
   * @param handler one of the shapes of {@link io.agentchannel.Handler} that fits the kind
   */
  public record Service(Operation<?, ?> operation, Object handler, HandlerOptions options) {}
}
