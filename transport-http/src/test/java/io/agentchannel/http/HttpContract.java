package io.agentchannel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.testkit.ConnectProxy;
import io.agentchannel.testkit.contract.Fault;
import io.agentchannel.testkit.contract.SocketContract;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract over HTTP, and what its configurations have in common. */
interface HttpContract extends SocketContract {
  @Override
  default Map<String, Object> config() {
    return configured(Map.of());
  }

  /**
   * Callbacks may be on this machine. Links whose peer cannot be reached are kept for a third of
   * the usual time: some tests wait for their end.
   */
  private static Map<String, Object> configured(Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("webhook.allow-private", true);
    config.put("http.patience", "1s");
    return Map.copyOf(config);
  }

  /** The ends of such a link sign what they post: nobody in the middle can pass it on. */
  interface Webhooks extends HttpContract, SocketContract.NobodyBetween {
    @Override
    default Fault faultBefore(URI endpoint) {
      return CallbackFault.before(
          endpoint, endpoint.getScheme().startsWith("https") ? "https" : "http");
    }
  }

  /** With TLS through a CONNECT proxy. */
  abstract class ThroughAProxy extends SocketContract.FromFiles {
    private @Nullable ConnectProxy proxy;

    @BeforeAll
    void openProxy() {
      proxy = ConnectProxy.open();
    }

    @AfterAll
    void closeProxy() {
      if (proxy != null) {
        assertThat(proxy.tunnels()).isPositive();
        proxy.close();
      }
    }

    @Override
    public Map<String, Object> config() {
      Map<String, Object> config = new HashMap<>(super.config());
      config.put("proxy", proxy.uri());
      return configured(config);
    }
  }
}
