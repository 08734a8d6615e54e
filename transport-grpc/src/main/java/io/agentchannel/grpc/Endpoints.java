package io.agentchannel.grpc;

import io.agentchannel.netty.internal.Endpoint;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The schemes of this transport. */
final class Endpoints {
  private static final Endpoint.Kind PLAIN = new Endpoint.Kind("grpc", false, "grpcs");
  private static final Endpoint.Kind TLS = new Endpoint.Kind("grpcs", true, "grpc");
  private static final Endpoint.Kind NATIVE =
      new Endpoint.Kind("grpc-native", false, "grpcs-native");
  private static final Endpoint.Kind NATIVE_TLS =
      new Endpoint.Kind("grpcs-native", true, "grpc-native");

  private static final Map<String, Endpoint.Kind> KINDS =
      Map.of(
          PLAIN.scheme(), PLAIN,
          TLS.scheme(), TLS,
          NATIVE.scheme(), NATIVE,
          NATIVE_TLS.scheme(), NATIVE_TLS);

  private Endpoints() {}

  static Set<String> schemes() {
    return KINDS.keySet();
  }

  /**
   * @throws io.agentchannel.AgentException INVALID_ARGUMENT if there is no host or no such port
   */
  static Endpoint of(URI uri) {
    Endpoint.Kind kind = KINDS.get(uri.getScheme().toLowerCase(Locale.ROOT));
    return Endpoint.of(uri, kind == null ? PLAIN : kind);
  }
}
