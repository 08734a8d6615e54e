package io.agentchannel.it;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.embedded.EmbeddedHiveMQBuilder;
import com.hivemq.extension.sdk.api.ExtensionMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** HiveMQ's community edition in this JVM, in memory; one at a time. */
final class HiveMqBroker implements RunningBroker {
  /** Its own default for what it takes at once is 10, and what it keeps for a client 1,000. */
  private static final String CONFIGURATION =
      """
      <?xml version="1.0"?>
      <hivemq>
        <listeners>
          <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
        </listeners>
        <mqtt>
          <receive-maximum><server-receive-maximum>1024</server-receive-maximum></receive-maximum>
          <queued-messages><max-queue-size>10000</max-queue-size></queued-messages>
        </mqtt>
        <persistence><mode>in-memory</mode></persistence>
        <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
      </hivemq>
      """;

  private final EmbeddedHiveMQ broker;
  private final int port;

  private HiveMqBroker(EmbeddedHiveMQ broker, int port) {
    this.broker = broker;
    this.port = port;
  }

  static HiveMqBroker start(Path folder) throws IOException {
    return start(folder, builder -> {});
  }

  static HiveMqBroker start(Path folder, ExtensionMain extension) throws IOException {
    EmbeddedExtension added =
        EmbeddedExtension.builder()
            .withId("added")
            .withName("Added by a test")
            .withVersion("1")
            .withExtensionMain(extension)
            .build();
    return start(folder, builder -> builder.withEmbeddedExtension(added));
  }

  private static HiveMqBroker start(Path folder, Consumer<EmbeddedHiveMQBuilder> more)
      throws IOException {
    int port = freePort();
    Path configuration = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(configuration.resolve("config.xml"), CONFIGURATION.formatted(port));
    EmbeddedHiveMQBuilder builder =
        EmbeddedHiveMQ.builder()
            .withConfigurationFolder(configuration)
            .withDataFolder(Files.createDirectories(folder.resolve("data")))
            .withExtensionsFolder(Files.createDirectories(folder.resolve("extensions")))
            .withoutLoggingBootstrap();
    more.accept(builder);
    EmbeddedHiveMQ broker = builder.build();
    broker.start().join();
    return new HiveMqBroker(broker, port);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void close() throws Exception {
    broker.stop().join();
    broker.close();
  }
}
