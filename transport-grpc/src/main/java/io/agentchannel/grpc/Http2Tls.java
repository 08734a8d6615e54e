package io.agentchannel.grpc;

import io.agentchannel.spi.TlsMaterial;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import javax.net.ssl.SSLContext;

/**
 * The agent's TLS as gRPC wants it: HTTP/2 by ALPN (RFC 7301) with its ciphers (RFC 9113, section
 * 9.2). gRPC itself has host names verified by what {@link TlsMaterial#client} trusts.
 */
final class Http2Tls {
  private static final ApplicationProtocolConfig HTTP2 =
      new ApplicationProtocolConfig(
          Protocol.ALPN,
          SelectorFailureBehavior.NO_ADVERTISE,
          SelectedListenerFailureBehavior.ACCEPT,
          ApplicationProtocolNames.HTTP_2);

  private Http2Tls() {}

  /** May read files. */
  static SslContext client(TlsMaterial material) {
    return of(material.client(), true, ClientAuth.NONE);
  }

  /** May read files. Asks for a client certificate where certificates are the agents' own. */
  static SslContext server(TlsMaterial material) {
    return of(material.server(), false, material.isAgents() ? ClientAuth.REQUIRE : ClientAuth.NONE);
  }

  private static SslContext of(SSLContext context, boolean client, ClientAuth clientAuth) {
    return new JdkSslContext(
        context,
        client,
        Http2SecurityUtil.CIPHERS,
        SupportedCipherSuiteFilter.INSTANCE,
        HTTP2,
        clientAuth,
        null,
        false);
  }
}
