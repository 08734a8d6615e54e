package io.agentchannel.it;

import io.agentchannel.testkit.contract.SocketContract;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The whole contract through brokers that people run, by both levels of delivery. */
class MqttBrokersTest {
  /** The one that runs: there is one at a time. */
  private static RunningBroker broker;

  interface AtLeastOnce extends SocketContract.Brokered {
    @Override
    default String listenAt() {
      return broker.uri();
    }
  }

  interface AtMostOnce extends AtLeastOnce {
    @Override
    default Map<String, Object> config() {
      return Map.of("mqtt.qos", 0);
    }
  }

  abstract static class Started {
    @AfterAll
    static void stop() throws Exception {
      broker.close();
    }
  }

  @Nested
  class HiveMq extends Started {
    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
      broker = HiveMqBroker.start(folder);
    }

    @Nested
    class QosOne implements AtLeastOnce {}

    @Nested
    class QosZero implements AtMostOnce {}
  }

  @Nested
  @EnabledIf(value = "isInstalled", disabledReason = "there is no mosquitto on the PATH")
  class InstalledMosquitto extends Started {
    static boolean isInstalled() {
      return Mosquitto.isInstalled();
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
      broker = Mosquitto.start(folder);
    }

    @Nested
    class QosOne implements AtLeastOnce {}

    @Nested
    class QosZero implements AtMostOnce {}
  }
}
