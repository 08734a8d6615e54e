package io.agentchannel.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.mqtt.Endpoint.Address;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "mqtt://broker, 1883",
    "mqtts://broker, 8883",
    "mqtt+ws://broker, 80",
    "mqtt+wss://broker, 443",
    "MQTT://broker:7, 7",
    "mqtts-native://broker/librarian, 8883",
    "mqtt+ws-native://broker/librarian, 80"
  })
  void eachSchemeHasItsPort(String uri, int port) {
    Endpoint endpoint = Endpoint.of(URI.create(uri), List.of());

    assertThat(endpoint.addresses()).containsExactly(new Address("broker", port));
  }

  @Test
  void severalBrokersAreTriedInTurn() {
    Endpoint endpoint =
        Endpoint.of(URI.create("mqtt://one:1,two/agent"), List.of("[::1]:3", "four:4"));

    assertThat(endpoint.addresses())
        .containsExactly(
            new Address("one", 1),
            new Address("two", 1883),
            new Address("::1", 3),
            new Address("four", 4));
    assertThat(endpoint).hasToString("mqtt://one:1,two:1883,[::1]:3,four:4");
    assertThat(Endpoint.path(URI.create("mqtt://one:1,two/did:key:x/name")))
        .containsExactly("did:key:x", "name");
  }

  @Test
  void theBrokerOfATopicIsTheOneOfTheAgents() {
    assertThat(Endpoint.of(URI.create("MQTT-native://broker/librarian"), List.of()))
        .isEqualTo(Endpoint.of(URI.create("mqtt://broker:1883/did:key:x"), List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mqtt:broker",
        "mqtt:///agent",
        "mqtt://one,,two",
        "mqtt://one:0",
        "mqtt://a:70000"
      })
  void whatIsNoBrokerIsRefused(String uri) {
    assertThatThrownBy(() -> Endpoint.of(URI.create(uri), List.of()))
        .isInstanceOf(AgentException.class);
  }

  @Test
  void aPasswordInTheEndpointIsRefusedAndNotRepeated() {
    assertThatThrownBy(() -> Endpoint.of(URI.create("mqtt://me:secret@broker"), List.of()))
        .isInstanceOf(AgentException.class)
        .hasMessageContaining("mqtt.password")
        .message()
        .doesNotContain("secret");
  }
}
