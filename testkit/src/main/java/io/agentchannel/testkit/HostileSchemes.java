package io.agentchannel.testkit;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The transports of the class path once more, under {@code hostile+} and their schemes: how agents
 * come to a {@link HostileTransport}. Public for {@link ServiceLoader} alone.
 */
public final class HostileSchemes implements Transport {
  private final Map<String, Transport> transports = new HashMap<>();
  private final Map<String, HostileTransport> hostile = new ConcurrentHashMap<>();

  /** Finds them; none of them starts anything before it is used. */
  public HostileSchemes() {
    ServiceLoader.load(Transport.class, Transport.class.getClassLoader()).stream()
        .filter(provider -> provider.type() != HostileSchemes.class)
        .map(ServiceLoader.Provider::get)
        .forEach(
            transport -> transport.schemes().forEach(scheme -> transports.put(scheme, transport)));
  }

  @Override
  public Set<String> schemes() {
    return transports.keySet().stream()
        .map(scheme -> Hostility.SCHEME_PREFIX + scheme)
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public CompletionStage<Link> connect(
      URI endpoint, @Nullable AgentId peer, TransportContext context) {
    try {
      return transportFor(endpoint).connect(Hostility.strip(endpoint), peer, context);
    } catch (AgentException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  @Override
  public CompletionStage<Binding> listen(URI endpoint, TransportContext context) {
    try {
      return transportFor(endpoint)
          .listen(Hostility.strip(endpoint), context)
          .thenApply(binding -> new HostileBinding(binding, Hostility.of(endpoint)));
    } catch (AgentException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  @Override
  public void close() {
    transports.values().forEach(Transport::close);
  }

  /** One for each hostility of a transport, which counts its strikes. */
  private HostileTransport transportFor(URI endpoint) {
    Hostility hostility;
    try {
      hostility = Hostility.of(endpoint);
    } catch (IllegalArgumentException unreadable) {
      throw invalid(String.valueOf(unreadable.getMessage()));
    }
    String scheme = String.valueOf(Hostility.strip(endpoint).getScheme()).toLowerCase(Locale.ROOT);
    Transport transport =
        Optional.ofNullable(transports.get(scheme))
            .orElseThrow(() -> invalid("there is no transport to be hostile to for " + endpoint));
    return hostile.computeIfAbsent(
        scheme + hostility, key -> HostileTransport.around(transport, hostility));
  }

  private static AgentException invalid(String message) {
    return new AgentException(Code.INVALID_ARGUMENT, Outcome.NOT_SENT, message);
  }

  private record HostileBinding(Binding binding, Hostility hostility) implements Binding {

    @Override
    public URI endpoint() {
      return hostility.applyTo(binding.endpoint());
    }

    @Override
    public void close() {
      binding.close();
    }
  }
}
