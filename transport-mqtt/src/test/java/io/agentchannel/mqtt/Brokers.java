package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import io.agentchannel.broker.LightBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What the tests need of brokers. */
final class Brokers {
  private static final AtomicInteger ROOTS = new AtomicInteger();

  private Brokers() {}

  /**
   * For one test of several at one broker. The light broker can lose a subscription that is made
   * while somebody else ends one with the same filter, which happens between tests.
   */
  static String ownRoot() {
    return "agentchannel/test-" + ROOTS.incrementAndGet();
  }

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
   * the client library forgets what it was asked for then. Another one is made for each attempt:
   * one that comes back under its name may lose what it subscribes to, when the broker gets to
   * clean up after the connection before.
   */
  static Mqtt5AsyncClient connectPatiently(Supplier<Mqtt5AsyncClient> unconnected)
      throws InterruptedException {
    while (true) {
      Mqtt5AsyncClient client = unconnected.get();
      try {
        client.connect().get(5, TimeUnit.SECONDS);
        client.subscribeWith().topicFilter("warm/up").send().get(1, TimeUnit.SECONDS);
        return client;
      } catch (ExecutionException | TimeoutException dropped) {
        client.disconnect().handle((done, alreadyGone) -> null).join();
      }
    }
  }
}
