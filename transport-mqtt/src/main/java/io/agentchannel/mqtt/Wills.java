package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Last Wills of the agents that the links of one session lead to. Anybody may write one, so
 * they make links doubt, and no more. On the event loop, but for {@link #testament}.
 *
 * <p>A will comes at the card's topic: for whoever reads cards, it replaces the agent's by one that
 * says that it is gone.
 */
final class Wills {
  static final String STATUS = "status";
  static final String OFFLINE = "offline";
  static final String ONLINE = "online";
  static final String PLACE = "place";

  private final Topics topics;
  private final String own;
  private final Map<MqttLink, String> watching = new HashMap<>();
  private final Map<String, Set<MqttLink>> watched = new HashMap<>();
  private @Nullable Wire wire;

  /**
   * @param own where this agent's own card is, which is seen to elsewhere
   */
  Wills(Topics topics, String own) {
    this.topics = topics;
    this.own = own;
  }

  /**
   * What the broker is to say when a connection ends without a word.
   *
   * @param retained whether there is a card that it takes the place of
   */
  static Mqtt5Publish testament(String cardTopic, String place, String agent, boolean retained) {
    String text = "{\"id\":\"" + agent + "\",\"status\":\"offline\"}";
    return Mqtt5Publish.builder()
        .topic(cardTopic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .retain(retained)
        .contentType("application/json")
        .payload(text.getBytes(StandardCharsets.UTF_8))
        .userProperties()
        .add(STATUS, OFFLINE)
        .add(PLACE, place)
        .applyUserProperties()
        .build();
  }

  void begin(Wire connected) {
    wire = connected;
  }

  void watch(MqttLink link, Far far) {
    String topic = topics.card(far.greeting().name());
    watching.put(link, topic);
    Set<MqttLink> others = watched.computeIfAbsent(topic, any -> new HashSet<>());
    if (others.isEmpty() && wire != null && !topic.equals(own)) {
      Mqtt5Subscription subscription =
          Mqtt5Subscription.builder()
              .topicFilter(topic)
              .qos(MqttQos.AT_LEAST_ONCE)
              .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
              .build();
      // A broker that does not allow it takes a hint away, and nothing that is needed.
      wire.subscribe(List.of(subscription)).exceptionally(refused -> null);
    }
    others.add(link);
  }

  void forget(MqttLink link) {
    String topic = watching.remove(link);
    Set<MqttLink> others = topic == null ? null : watched.get(topic);
    if (others == null) {
      return;
    }
    others.remove(link);
    if (others.isEmpty()) {
      watched.remove(topic);
      if (wire != null && !topic.equals(own)) {
        wire.unsubscribe(topic);
      }
    }
  }

  /** Whether this topic is watched. */
  boolean onMessage(String topic, Mqtt5Publish message) {
    Set<MqttLink> links = watched.get(topic);
    if (links == null) {
      return false;
    }
    String gone = isWill(message) ? property(message, PLACE) : null;
    if (gone != null) {
      List.copyOf(links).forEach(link -> link.onDoubt(gone));
    }
    return true;
  }

  /** Whether this says that a process has gone. */
  static boolean isWill(Mqtt5Publish message) {
    return OFFLINE.equals(property(message, STATUS));
  }

  private static @Nullable String property(Mqtt5Publish message, String name) {
    for (Mqtt5UserProperty property : message.getUserProperties().asList()) {
      if (property.getName().toString().equals(name)) {
        return property.getValue().toString();
      }
    }
    return null;
  }
}
