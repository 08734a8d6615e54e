package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.spi.LocalIdentity;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one process writes to inboxes, and how it reads who wrote to its own. Immutable. */
final class Letters {
  private final Settings settings;
  private final LocalIdentity identity;
  private final Mqtt5Publish blank;

  /**
   * @param inbox where answers come
   */
  Letters(Settings settings, LocalIdentity identity, String inbox) {
    this.settings = settings;
    this.identity = identity;
    this.blank =
        Mqtt5Publish.builder()
            .topic(inbox)
            .qos(settings.qos())
            .responseTopic(inbox)
            .messageExpiryInterval(Math.max(1, settings.keepAlive().toSeconds()))
            .build();
  }

  /** To oneself: does what is sent arrive? */
  Mqtt5Publish probe() {
    return blank.extend().contentType(Greeting.PROBE).build();
  }

  /**
   * A hello or a welcome to this topic.
   *
   * @param qos at which the broker acknowledges, so that it is known if it is heard
   */
  Mqtt5Publish greeting(String topic, String contentType, MqttLink link, MqttQos qos) {
    return blank
        .extend()
        .topic(topic)
        .qos(qos)
        .correlationData(link.id().toBytes())
        .contentType(contentType)
        .payload(Greeting.of(link.secret(), identity.name()).write())
        .build();
  }

  /** Who sent a hello or a welcome of this link; null if that cannot be. */
  @Nullable Far sender(LinkId link, Mqtt5Publish message) {
    Optional<MqttTopic> answerAt = message.getResponseTopic();
    Topics.Inbox inbox =
        answerAt.isEmpty() ? null : settings.topics().inboxOf(answerAt.get().toString());
    Greeting greeting = Greeting.read(message.getPayloadAsBytes());
    if (inbox == null || greeting == null) {
      return null;
    }
    Mqtt5Publish to =
        blank
            .extend()
            .topic(inbox.topic())
            .responseTopic((MqttTopic) null)
            .correlationData(link.toBytes())
            .build();
    return new Far(inbox, greeting, to);
  }
}
