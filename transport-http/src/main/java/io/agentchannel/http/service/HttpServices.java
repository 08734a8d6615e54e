package io.agentchannel.http.service;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.spi.PlainService;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.util.Set;

/** Plain HTTP services, as {@link io.agentchannel.spi.Transport#service} makes them. */
public final class HttpServices {
  private HttpServices() {}

  /** {@code http-native} and {@code https-native}. */
  public static Set<String> schemes() {
    return ServiceEndpoint.SCHEMES;
  }

  /** The options of plain services, for the transport to name among its own. */
  public static Set<String> optionKeys() {
    return Settings.KEYS;
  }

  /**
   * The service at an endpoint; connects to nothing yet.
   *
   * @throws AgentException {@link Code#INVALID_ARGUMENT} that says what the endpoint must look like
   */
  public static PlainService of(URI endpoint, TransportContext context) {
    return new HttpService(ServiceEndpoint.of(endpoint), Settings.of(context.options()), context);
  }
}
