package io.agentchannel.mqtt;

import io.agentchannel.broker.LightBroker;
import io.agentchannel.testkit.contract.SocketContract;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The whole contract through a broker, by both levels of delivery. */
class MqttTransportContractTest {
  private static LightBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = Brokers.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  interface Mqtt extends SocketContract.Brokered {
    @Override
    default String listenAt() {
      return broker.uri();
    }
  }

  @Nested
  class QosOne implements Mqtt {}

  @Nested
  class QosZero implements Mqtt {
    @Override
    public Map<String, Object> config() {
      return Map.of("mqtt.qos", 0);
    }
  }
}
