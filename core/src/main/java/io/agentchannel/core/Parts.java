package io.agentchannel.core;

import io.agentchannel.core.config.Settings;
import io.agentchannel.core.exchange.ExchangeOptions;
import io.agentchannel.core.guest.GuestLimits;
import io.agentchannel.core.route.PeerTable;
import io.agentchannel.core.security.Hello;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.spi.LocalIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the parts of an agent take from its settings. */
final class Parts {
  private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

  private Parts() {}

  static PeerTable.Options peerOptions(Settings settings) {
    Settings.Limits limits = settings.limits();
    return new PeerTable.Options(
        new ExchangeOptions(
            limits.window(),
            limits.windowMax(),
            limits.message(),
            limits.exchanges(),
            settings.resume().window()),
        limits.peerBytes(),
        limits.packets(),
        settings.resume().memory());
  }

  static Handshakes handshakes(Settings settings, IdentityKey key, LocalIdentity self) {
    if (settings.security() == Settings.Security.NONE) {
      LOG.warn(
          "{}: SECURITY IS OFF (security: none): everybody is believed to be who they say they are,"
              + " and everything is sent in clear. For tests only.",
          self.name());
    }
    Hello hello =
        new Hello(
            self.id(),
            self.name(),
            self.instance(),
            settings.limits().window(),
            settings.resume().window().toMillis());
    return new Handshakes(hello, key, settings.security(), settings.limits().unacknowledged());
  }

  static GuestLimits guestLimits(Settings settings) {
    return new GuestLimits(
        settings.limits().exchanges(),
        settings.callTimeout(),
        settings.limits().window(),
        settings.limits().peerBytes());
  }
}
