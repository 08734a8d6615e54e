package io.agentchannel.core;

import io.agentchannel.TrustStore;
import io.agentchannel.core.config.AgentHome;
import io.agentchannel.core.config.Settings;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.core.trust.StoredTrust;
import io.agentchannel.core.trust.TrustHome;
import io.agentchannel.spi.AgentSpec;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** Opens the trust of the home that a configuration means, without starting an agent. */
final class TrustStores {
  private TrustStores() {}

  static TrustStore open(AgentSpec spec, Map<String, String> environment) {
    Settings settings;
    try (Transports transports = new Transports()) {
      settings = Settings.resolve(spec, environment, transports.optionKeys());
    }
    AgentHome home = AgentHome.of(environment, System.getProperty("user.home"));
    return new StoredTrust(
        TrustHome.at(home.directory()),
        home::create,
        settings.trust().allow(),
        () -> IdentityKey.open(settings, home).id(),
        reachable(settings),
        Clock.systemUTC());
  }

  /** What others can be told: not a port that is free to choose, nor "any address". */
  private static List<URI> reachable(Settings settings) {
    return settings.advertise().isEmpty()
        ? settings.listen().stream()
            .filter(endpoint -> endpoint.getPort() != 0 && !AnyAddress.isIn(endpoint))
            .toList()
        : settings.advertise();
  }
}
