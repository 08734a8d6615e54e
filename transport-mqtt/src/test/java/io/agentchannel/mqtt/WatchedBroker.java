package io.agentchannel.mqtt;

import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.messages.InterceptSubscribeMessage;
import io.moquette.interception.messages.InterceptUnsubscribeMessage;
import java.io.IOException;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

/** A broker that notes what is subscribed to, and lets nobody read events of {@code secret}. */
final class WatchedBroker implements AutoCloseable {
  private static final int ATTEMPTS = 100;

  private final Server server = new Server();
  private final int port;
  private final List<String> notes = new CopyOnWriteArrayList<>();

  private WatchedBroker(int port) throws IOException {
    this.port = port;
    Properties properties = new Properties();
    properties.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
    properties.setProperty(IConfig.PORT_PROPERTY_NAME, String.valueOf(port));
    properties.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
    properties.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
    properties.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "true");
    properties.setProperty(IConfig.BUFFER_FLUSH_MS_PROPERTY_NAME, "0");
    server.startServer(
        new MemoryConfig(properties), List.of(new Notes()), null, null, new NoSecrets());
  }

  static WatchedBroker start() throws IOException {
    SplittableRandom random = new SplittableRandom();
    for (int attempt = 0; ; attempt++) {
      try {
        return new WatchedBroker(random.nextInt(10_000, 30_000));
      } catch (RuntimeException taken) {
        if (attempt == ATTEMPTS) {
          throw taken;
        }
      }
    }
  }

  int port() {
    return port;
  }

  String uri() {
    return "mqtt://127.0.0.1:" + port;
  }

  /** In order: {@code +} for a subscription that was made, {@code -} for one that was ended. */
  List<String> notesOf(String filter) {
    return notes.stream().filter(note -> note.substring(1).equals(filter)).toList();
  }

  @Override
  public void close() {
    server.stopServer();
  }

  private final class Notes extends AbstractInterceptHandler {
    @Override
    public String getID() {
      return "notes";
    }

    @Override
    public void onSubscribe(InterceptSubscribeMessage message) {
      notes.add("+" + message.getTopicFilter());
    }

    @Override
    public void onUnsubscribe(InterceptUnsubscribeMessage message) {
      notes.add("-" + message.getTopicFilter());
    }

    @Override
    public void onSessionLoopError(Throwable error) {
      notes.add("! " + error);
    }
  }

  private static final class NoSecrets implements IAuthorizatorPolicy {
    @Override
    public boolean canWrite(Topic topic, String user, String client) {
      return true;
    }

    @Override
    public boolean canRead(Topic topic, String user, String client) {
      return !topic.toString().endsWith("/secret");
    }
  }
}
