package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import io.agentchannel.broker.LightBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the tests need of brokers. */
final class Brokers {
  private Brokers() {}

  static LightBroker start() {
    return startAt(0);
  }

  /**
   * On a port to which another can come back: not one that the system gives to those who connect,
   * or who tries to connect to it meanwhile gets it for itself, and talks to itself.
   */
  static LightBroker startWhereOneCanReturn() {
    SplittableRandom random = new SplittableRandom();
    for (int attempt = 0; ; attempt++) {
      try {
        return LightBroker.start("127.0.0.1", random.nextInt(10_000, 30_000));
      } catch (IOException taken) {
        if (attempt == 100) {
          throw new UncheckedIOException(taken);
        }
      }
    }
  }

  static LightBroker startAt(int port) {
    try {
      return LightBroker.start("127.0.0.1", port);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * The light broker drops a client now and then that subscribes right after it was accepted, and
   * the client library forgets what it was asked for then.
   */
  static void connectPatiently(Mqtt5AsyncClient client) throws InterruptedException {
    while (true) {
      try {
        client.connect().get(5, TimeUnit.SECONDS);
        client.subscribeWith().topicFilter("warm/up").send().get(1, TimeUnit.SECONDS);
        return;
      } catch (ExecutionException | TimeoutException dropped) {
        client.disconnect().handle((done, alreadyGone) -> null).join();
      }
    }
  }
}
