package io.agentchannel.mqtt;

import io.agentchannel.testkit.TestCertificates;
import io.moquette.BrokerConstants;
import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.SplittableRandom;

/** A broker that asks for user and password, or for certificates, and speaks WebSocket too. */
final class GuardedBroker implements AutoCloseable {
  static final String USER = "librarian";
  static final String PASSWORD = "opening hours";

  private static final int ATTEMPTS = 100;

  private final Server server;
  private final int webSocketPort;
  private final int secureWebSocketPort;

  private GuardedBroker(Server server, int webSocketPort, int secureWebSocketPort) {
    this.server = server;
    this.webSocketPort = webSocketPort;
    this.secureWebSocketPort = secureWebSocketPort;
  }

  /**
   * @param clientCertificates whether it asks for certificates where it speaks TLS
   */
  static GuardedBroker start(TestCertificates certificates, boolean clientCertificates)
      throws IOException {
    SplittableRandom random = new SplittableRandom();
    for (int attempt = 0; ; attempt++) {
      // It does not tell which ports it was given for these two.
      int port = random.nextInt(10_000, 30_000);
      try {
        return start(certificates, clientCertificates, port);
      } catch (RuntimeException taken) {
        if (attempt == ATTEMPTS) {
          throw taken;
        }
      }
    }
  }

  private static GuardedBroker start(
      TestCertificates certificates, boolean clientCertificates, int port) throws IOException {
    Properties properties = new Properties();
    properties.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
    properties.setProperty(IConfig.PORT_PROPERTY_NAME, "0");
    properties.setProperty(IConfig.SSL_PORT_PROPERTY_NAME, "0");
    properties.setProperty(IConfig.WEB_SOCKET_PORT_PROPERTY_NAME, String.valueOf(port));
    properties.setProperty(IConfig.WSS_PORT_PROPERTY_NAME, String.valueOf(port + 1));
    properties.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
    properties.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
    properties.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "false");
    properties.setProperty(IConfig.BUFFER_FLUSH_MS_PROPERTY_NAME, "0");
    String larger = String.valueOf(4 * 1024 * 1024);
    properties.setProperty(IConfig.NETTY_MAX_BYTES_PROPERTY_NAME, larger);
    properties.setProperty(BrokerConstants.WEB_SOCKET_MAX_FRAME_SIZE_PROPERTY_NAME, larger);
    properties.setProperty(BrokerConstants.NEED_CLIENT_AUTH, String.valueOf(clientCertificates));
    Server server = new Server();
    try {
      server.startServer(
          new MemoryConfig(properties),
          null,
          () -> new JdkSslContext(certificates.server(), /* isClient= */ false, ClientAuth.NONE),
          (client, user, password) ->
              USER.equals(user)
                  && password != null
                  && PASSWORD.equals(new String(password, StandardCharsets.UTF_8)),
          null);
    } catch (RuntimeException failure) {
      server.stopServer();
      throw failure;
    }
    return new GuardedBroker(server, port, port + 1);
  }

  String uri(String scheme) {
    int port =
        switch (scheme) {
          case "mqtt" -> server.getPort();
          case "mqtts" -> server.getSslPort();
          case "mqtt+ws" -> webSocketPort;
          default -> secureWebSocketPort;
        };
    return scheme + "://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    server.stopServer();
  }
}
