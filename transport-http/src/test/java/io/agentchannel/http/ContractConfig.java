package io.agentchannel.http;

import java.util.HashMap;
import java.util.Map;

/** What the agents of the contract's tests are configured with. */
final class ContractConfig {
  private ContractConfig() {}

  /**
   * Callbacks may be on this machine. Links whose peer cannot be reached are kept for a third of
   * the usual time: some tests wait for their end.
   */
  static Map<String, Object> with(Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("webhook.allow-private", true);
    config.put("http.patience", "1s");
    return Map.copyOf(config);
  }
}
