package io.agentchannel.http.internal.link;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.http.internal.Settings;
import io.agentchannel.http.internal.client.Connection;
import io.agentchannel.http.internal.client.Dialler;
import io.agentchannel.http.internal.client.Lane;
import io.agentchannel.http.webhook.PublicAddresses;
import io.agentchannel.netty.internal.Channels;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.Network;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;

/** How callers of webhook links are called back: only where a stranger may send us. */
record Callbacks(Settings settings, Network network, Channels channels, TransportContext context) {
  private static final Endpoint.Kind PLAIN = new Endpoint.Kind("http", false, "https");
  private static final Endpoint.Kind TLS = new Endpoint.Kind("https", true, "http");

  /** An answer to a delivery has no body; that to a challenge has a short one. */
  private static final int LARGEST_ANSWER = 4096;

  /**
   * @param greeting the URL, as the caller has said it in the handshake
   * @throws AgentException {@link Code#INVALID_ARGUMENT} if it is none
   */
  Endpoint endpoint(byte[] greeting) {
    String text = new String(greeting, StandardCharsets.UTF_8);
    try {
      URI uri = new URI(text);
      if ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) {
        return Endpoint.of(uri, uri.getScheme().equals("https") ? TLS : PLAIN);
      }
    } catch (URISyntaxException unreadable) {
      // Said below.
    }
    throw new AgentException(
        Code.INVALID_ARGUMENT, Outcome.NOT_SENT, "the callback must be an http or https URL");
  }

  /**
   * Requests to a callback; redirects are answers like any other.
   *
   * @param onMisdirected it leads to other replicas of the caller, too
   */
  Lane lane(EventLoop loop, Endpoint endpoint, Runnable onMisdirected) {
    Connection.Dialling dialling = new Connection.Dialling(channels, LARGEST_ANSWER, this::check);
    Dialler dialler =
        new Dialler(endpoint, settings.connectTimeout(), dialling, network, loop, context);
    return new Lane(loop, dialler, settings.patience().toNanos(), onMisdirected);
  }

  private void check(InetAddress address) {
    if (!settings.allowPrivate() && !PublicAddresses.isPublic(address)) {
      throw new AgentException(
          Code.PERMISSION_DENIED,
          Outcome.NOT_SENT,
          "its address is not a public one; webhook.allow-private: true allows others, too");
    }
  }

  long answerNanos() {
    return settings.answerTimeout().toNanos();
  }
}
