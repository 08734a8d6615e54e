package io.agentchannel.core.proxy;

import io.agentchannel.core.config.ProxyRule;
import io.agentchannel.spi.HttpProxy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers for one agent which proxy an outgoing connection takes. Thread-safe. */
public interface Proxies {

  /**
   * The proxy for connections to this host, or null for none. May block.
   *
   * @throws io.agentchannel.AgentException {@link io.agentchannel.Code#FAILED_PRECONDITION} if the
   *     system names one that cannot be used; connecting without it would go round it
   */
  @Nullable HttpProxy to(String host, int port);

  /**
   * What the configuration asks for.
   *
   * @param rule null: no proxy
   * @param environment the process's variables
   */
  static Proxies of(@Nullable ProxyRule rule, Map<String, String> environment) {
    if (rule == null) {
      return (host, port) -> null;
    }
    HttpProxy fixed = rule.proxy();
    return fixed == null ? new SystemProxies(environment) : (host, port) -> fixed;
  }
}
