package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.netty.internal.Problems;
import io.agentchannel.netty.internal.Tunnel;
import io.agentchannel.spi.HttpProxy;
import io.agentchannel.spi.TransportContext;
import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ProxiedSocketAddress;
import io.grpc.ProxyDetector;
import io.grpc.Status;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way to an endpoint, through a proxy or not, and what a gRPC status says about it in words for
 * people. Thread-safe.
 */
final class Way implements ProxyDetector {
  private final Endpoint endpoint;
  private final TransportContext context;
  private volatile @Nullable Tunnel tunnel;

  Way(Endpoint endpoint, TransportContext context) {
    this.endpoint = endpoint;
    this.context = context;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** The proxy resolves the name of the endpoint. */
  @Override
  public @Nullable ProxiedSocketAddress proxyFor(SocketAddress target) throws UnknownHostException {
    HttpProxy proxy = context.proxy(endpoint.host(), endpoint.port());
    tunnel = proxy == null ? null : new Tunnel(endpoint, proxy);
    if (proxy == null) {
      return null;
    }
    return HttpConnectProxiedSocketAddress.newBuilder()
        .setProxyAddress(new InetSocketAddress(InetAddress.getByName(proxy.host()), proxy.port()))
        .setTargetAddress(InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port()))
        .setUsername(proxy.user())
        .setPassword(proxy.password())
        .build();
  }

  /** Why a {@code Connect} call has ended before it was answered. */
  AgentException unanswered(Status status) {
    return switch (status.getCode()) {
      case UNIMPLEMENTED ->
          Problems.of(
              Code.FAILED_PRECONDITION,
              endpoint,
              "speaks gRPC, and has no AgentChannel agent; for a plain service write "
                  + endpoint.scheme()
                  + "-native://",
              null);
      case PERMISSION_DENIED, UNAUTHENTICATED ->
          Problems.of(Code.PERMISSION_DENIED, endpoint, describe(status), null);
      default -> unreachable(status);
    };
  }

  /** Why the other side was not reached, or does not speak gRPC. */
  AgentException unreachable(Status status) {
    Throwable cause = telling(status.getCause());
    if (cause == null || cause instanceof Http2Exception) {
      return Problems.of(
          Code.UNAVAILABLE,
          endpoint,
          "does not answer as a gRPC server does ("
              + describe(status)
              + "); is it "
              + endpoint.kind().sibling()
              + "://?",
          status.getCause());
    }
    AgentException ofProxy = problemOfProxy(cause);
    return ofProxy == null ? Problems.connecting(endpoint, cause) : ofProxy;
  }

  private @Nullable AgentException problemOfProxy(Throwable cause) {
    Tunnel through = tunnel;
    if (through == null) {
      return null;
    }
    AgentException refused = through.problem(cause);
    boolean isOnTheWayThere =
        cause instanceof ConnectException
            || cause instanceof UnknownHostException
            || cause instanceof ConnectTimeoutException;
    return refused == null && isOnTheWayThere ? through.unreachable(cause) : refused;
  }

  /** {@code UNAVAILABLE: io exception}, on one line. */
  static String describe(Status status) {
    String description = status.getDescription();
    return status.getCode() + (description == null ? "" : ": " + OneLine.of(description));
  }

  /** The network's own failure in what gRPC has wrapped around it. */
  private static @Nullable Throwable telling(@Nullable Throwable failure) {
    Set<Throwable> seen = new HashSet<>();
    for (Throwable t = failure; t != null && seen.add(t); t = t.getCause()) {
      if (t instanceof IOException
          || t instanceof AgentException
          || t instanceof Http2Exception
          || t instanceof ConnectTimeoutException) {
        return t;
      }
    }
    return null;
  }
}
