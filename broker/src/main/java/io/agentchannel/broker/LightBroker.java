package io.agentchannel.broker;

import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import java.io.IOException;
import java.util.ConcurrentModificationException;
import java.util.Properties;

/**
 * An MQTT 5 broker in this JVM: whoever connects may do everything, and nothing outlives it. For
 * development and tests.
 *
 * <p>A subscription can be lost, though it was acknowledged, that one client makes while the last
 * other client with the same filter ends its own: give those who come and go topics of their own.
 *
 * <p>Start it before anything else in the JVM uses Netty, so that it can have its connections as it
 * needs them. Thread-safe; whoever starts one closes it.
 */
public final class LightBroker implements AutoCloseable {
  private static final String LARGEST_MESSAGE = String.valueOf(4 * 1024 * 1024);

  static {
    RoomForBursts.enable();
  }

  private final Server server = new Server();
  private final String host;

  private LightBroker(String host) {
    this.host = host;
  }

  /**
   * Starts one; it takes connections when this returns.
   *
   * @param host an address of this machine
   * @param port 0 for any free port
   * @throws IOException if the port is in use or not allowed
   */
  public static LightBroker start(String host, int port) throws IOException {
    Properties properties = new Properties();
    properties.setProperty(IConfig.HOST_PROPERTY_NAME, host);
    properties.setProperty(IConfig.PORT_PROPERTY_NAME, String.valueOf(port));
    properties.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
    properties.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
    properties.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "true");
    properties.setProperty(IConfig.BUFFER_FLUSH_MS_PROPERTY_NAME, "0");
    properties.setProperty(IConfig.NETTY_MAX_BYTES_PROPERTY_NAME, LARGEST_MESSAGE);
    properties.setProperty(IConfig.SESSION_QUEUE_SIZE, "65536");
    LightBroker broker = new LightBroker(host);
    try {
      broker.server.startServer(new MemoryConfig(properties));
    } catch (RuntimeException failure) {
      broker.close();
      throw new IOException(host + ":" + port + ": " + failure.getMessage(), failure);
    }
    broker.awaitPort();
    return broker;
  }

  /** The broker notes its port on another thread, a moment after it is bound. */
  private void awaitPort() {
    while (!isPortKnown()) {
      Thread.onSpinWait();
    }
  }

  private boolean isPortKnown() {
    try {
      return server.getPort() != 0;
    } catch (ConcurrentModificationException noting) {
      // Its table of ports is not made for two threads.
      return false;
    }
  }

  /** The port that was really bound. */
  public int port() {
    return server.getPort();
  }

  /** Where agents find it: {@code mqtt://host:port}. */
  public String uri() {
    return "mqtt://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
  }

  /** Cuts all connections. Twice does nothing. */
  @Override
  public void close() {
    server.stopServer();
  }
}
