package io.agentchannel.netty.internal;

import io.agentchannel.AgentId;
import io.agentchannel.spi.TlsMaterial;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** TLS engines as the transports want them. */
public final class Tls {
  /** Agents' certificates are for TLS 1.3 alone, which does not send them in the clear. */
  private static final String[] AGENTS = {"TLSv1.3"};

  private Tls() {}

  /**
   * Whose certificate the other end of this connection has shown, once TLS is up; null where
   * certificates are not the agents', or there is no TLS.
   */
  public static @Nullable AgentId provenPeer(Channel channel, TransportContext context) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    return handler == null ? null : context.tls().provenPeer(handler.engine().getSession());
  }

  /**
   * Checks the host name against the certificate (RFC 6125), unless certificates are the agents'
   * own, and sends it (SNI, RFC 6066).
   */
  public static SSLEngine clientEngine(
      SSLContext context, TlsMaterial material, String host, int port) {
    SSLEngine engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    if (material.isAgents()) {
      parameters.setProtocols(AGENTS);
    } else {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    // The JDK leaves names without a dot out; SNI has no place for addresses.
    if (!NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host)) {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  /**
   * Asks for a client certificate where certificates are the agents' own.
   *
   * @param protocols for ALPN (RFC 7301), the preferred first; none for no ALPN
   */
  public static SSLEngine serverEngine(
      SSLContext context, TlsMaterial material, List<String> protocols) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    if (material.isAgents()) {
      parameters.setProtocols(AGENTS);
      parameters.setNeedClientAuth(true);
    }
    parameters.setApplicationProtocols(protocols.toArray(String[]::new));
    engine.setSSLParameters(parameters);
    return engine;
  }
}
