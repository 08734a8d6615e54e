package io.agentchannel.mqtt;

import io.agentchannel.broker.LightBroker;
import io.agentchannel.spi.Transport;
import io.agentchannel.testkit.contract.LinkContract;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

class MqttLinkContractTest {
  private static LightBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = Brokers.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  interface Mqtt extends LinkContract {
    @Override
    default Transport newTransport() {
      return new MqttTransport();
    }

    @Override
    default String listenAt() {
      return broker.uri();
    }

    /** This broker does not say that nobody listens, so some tests wait until it is too long. */
    @Override
    default Map<String, String> options() {
      return Map.of("mqtt.answerTimeout", "1s");
    }
  }

  @Nested
  class QosOne implements Mqtt {}

  @Nested
  class QosZero implements Mqtt {
    @Override
    public Map<String, String> options() {
      return Map.of("mqtt.qos", "0", "mqtt.answerTimeout", "1s");
    }
  }
}
