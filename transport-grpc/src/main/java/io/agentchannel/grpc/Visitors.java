package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.spi.GuestCalls.Guest;
import io.agentchannel.spi.GuestCalls.Visit;
import io.agentchannel.spi.TransportContext;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the metadata of a plain client's call say, to the door and to the handler. */
final class Visitors {
  static final Metadata.Key<String> ORIGIN = key("origin");
  static final Metadata.Key<String> IDEMPOTENCY_KEY = key("idempotency-key");

  private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
  private static final String FORWARDED = "forwarded";
  private static final String X_FORWARDED = "x-forwarded-";
  private static final String BEARER = "bearer ";

  /** What is gRPC's, HTTP's or understood here, and so no metadata of the call. */
  private static final Set<String> NOT_FOR_HANDLERS =
      Set.of(
          "authorization",
          "content-type",
          "host",
          "idempotency-key",
          "origin",
          "te",
          "user-agent",
          FORWARDED);

  private Visitors() {}

  static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /**
   * Lets the client in who makes the call.
   *
   * @throws AgentException if it is not let in; the message is fit for the client
   */
  static Guest admit(
      ServerCall<?, ?> call, Metadata headers, Endpoint endpoint, TransportContext context) {
    Connection connection = Connections.of(call);
    if (connection == null) {
      throw new AgentException(Code.UNAVAILABLE, Outcome.NOT_SENT, "the connection was cut");
    }
    Visit visit =
        new Visit(
            endpoint.scheme(),
            connection.address(),
            call.getAuthority(),
            single(headers, ORIGIN),
            isForwarded(headers),
            bearer(single(headers, AUTHORIZATION)));
    return connection.admit(visit, context.guests());
  }

  /** Two of them would let a client say one thing to us and another to what stands in between. */
  static @Nullable String single(Metadata headers, Metadata.Key<String> key) {
    Iterable<String> values = headers.getAll(key);
    if (values == null) {
      return null;
    }
    Iterator<String> all = values.iterator();
    String first = all.next();
    if (all.hasNext()) {
      throw new AgentException(
          Code.INVALID_ARGUMENT, Outcome.NOT_SENT, "more than one " + key.name());
    }
    return first;
  }

  /**
   * The metadata for the handler: those of the message win. Binary ones ({@code -bin}) have no
   * place in an agent's metadata.
   */
  static Map<String, String> metadata(Metadata headers, Map<String, String> ofMessage) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String name : headers.keys()) {
      if (!name.endsWith(Metadata.BINARY_HEADER_SUFFIX)
          && !name.startsWith("grpc-")
          && !name.startsWith(X_FORWARDED)
          && !NOT_FOR_HANDLERS.contains(name)) {
        all.put(name, String.valueOf(headers.get(key(name))));
      }
    }
    all.putAll(ofMessage);
    return all;
  }

  private static boolean isForwarded(Metadata headers) {
    return headers.keys().stream()
        .anyMatch(name -> name.equals(FORWARDED) || name.startsWith(X_FORWARDED));
  }

  private static @Nullable String bearer(@Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? authorization.substring(BEARER.length()).strip()
        : null;
  }
}
