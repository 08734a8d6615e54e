package io.agentchannel.core.config;

import io.agentchannel.spi.HttpProxy;
import org.jspecify.annotations.Nullable;

/**
 * Which proxy outgoing connections take.
 *
 * @param proxy the one for all of them; null: whichever the system names for the address
 */
public record ProxyRule(@Nullable HttpProxy proxy) {
  static final ProxyRule SYSTEM = new ProxyRule(null);

  /** {@code system}, or the proxy's URI. */
  static ProxyRule read(Setting setting) {
    String text = Values.text(setting);
    if (text.equals("system")) {
      return SYSTEM;
    }
    try {
      return new ProxyRule(ProxyUri.parse(text));
    } catch (IllegalArgumentException e) {
      // Not the value, which may hold a password.
      throw setting.invalid(e.getMessage() + ", or system");
    }
  }
}
