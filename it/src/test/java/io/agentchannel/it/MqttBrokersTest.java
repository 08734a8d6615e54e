package io.agentchannel.it;

import io.agentchannel.testkit.contract.Fault;
import io.agentchannel.testkit.contract.TransportContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The whole contract through brokers that people run, by both levels of delivery. */
class MqttBrokersTest {

  interface Mqtt extends TransportContract {
    @Override
    default boolean isDirect() {
      return false;
    }

    @Override
    default Fault faultBefore(URI endpoint) {
      return Fault.overTcp(endpoint);
    }
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class HiveMq {
    @TempDir static Path folder;

    private static HiveMqBroker broker;

    @BeforeAll
    void start() throws Exception {
      broker = HiveMqBroker.start(folder);
    }

    @AfterAll
    void stop() throws Exception {
      broker.close();
    }

    @Nested
    class QosOne implements Mqtt {
      @Override
      public String listenAt() {
        return broker.uri();
      }
    }

    @Nested
    class QosZero implements Mqtt {
      @Override
      public String listenAt() {
        return broker.uri();
      }

      @Override
      public Map<String, Object> config() {
        return Map.of("mqtt.qos", 0);
      }
    }
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  @EnabledIf(value = "isInstalled", disabledReason = "there is no mosquitto on the PATH")
  class InstalledMosquitto {
    @TempDir static Path folder;

    private static Mosquitto broker;

    static boolean isInstalled() {
      return Mosquitto.isInstalled();
    }

    @BeforeAll
    void start() throws Exception {
      broker = Mosquitto.start(folder);
    }

    @AfterAll
    void stop() throws Exception {
      broker.close();
    }

    @Nested
    class QosOne implements Mqtt {
      @Override
      public String listenAt() {
        return broker.uri();
      }
    }

    @Nested
    class QosZero implements Mqtt {
      @Override
      public String listenAt() {
        return broker.uri();
      }

      @Override
      public Map<String, Object> config() {
        return Map.of("mqtt.qos", 0);
      }
    }
  }
}
