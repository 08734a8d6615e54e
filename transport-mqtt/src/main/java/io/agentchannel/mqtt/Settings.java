package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.Options;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be configured.
 *
 * @param qos of packets and replies, 0 or 1
 * @param group replicas of one agent that share its links, or null
 * @param brokers that stand in when the endpoint's own do not answer
 * @param connectTimeout until a broker has accepted the connection and the subscription
 * @param answerTimeout until an agent has answered through the broker
 * @param maxPacket bytes of the largest packet, where the broker takes as much
 * @param maxGuestMessage bytes of the largest message of a plain client
 * @param keepAlive how long all may be silent
 * @param keepAliveTimeout how long a broker may leave something unacknowledged
 */
record Settings(
    Topics topics,
    MqttQos qos,
    @Nullable String user,
    @Nullable String password,
    @Nullable String group,
    List<String> brokers,
    String webSocketPath,
    Duration connectTimeout,
    Duration answerTimeout,
    int maxPacket,
    int maxGuestMessage,
    Duration keepAlive,
    Duration keepAliveTimeout,
    Duration firstWait,
    Duration longestWait) {
  /** What other agents may be configured to send. */
  private static final int LARGEST_PACKET = 1024 * 1024;

  /** Topic, metadata and all else around a message. */
  private static final int MAX_PROPERTIES = 64 * 1024;

  private static final String ROOT = "mqtt.root";
  private static final String QOS = "mqtt.qos";
  private static final String USER = "mqtt.user";
  private static final String PASSWORD = "mqtt.password";
  private static final String GROUP = "mqtt.group";
  private static final String BROKERS = "mqtt.brokers";
  private static final String WEB_SOCKET_PATH = "mqtt.webSocketPath";
  private static final String CONNECT_TIMEOUT = "mqtt.connectTimeout";
  private static final String ANSWER_TIMEOUT = "mqtt.answerTimeout";
  private static final String MAX_PACKET = "mqtt.maxPacket";
  private static final String MAX_GUEST_MESSAGE = "mqtt.maxGuestMessage";

  /** The keys of this transport alone; {@code keepAlive.*} and {@code reconnect.*} are shared. */
  static final Set<String> KEYS =
      Set.of(
          ROOT,
          QOS,
          USER,
          PASSWORD,
          GROUP,
          BROKERS,
          WEB_SOCKET_PATH,
          CONNECT_TIMEOUT,
          ANSWER_TIMEOUT,
          MAX_PACKET,
          MAX_GUEST_MESSAGE);

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT}, naming the key
   */
  static Settings of(Options options) {
    Duration interval = options.duration("keepAlive.interval", Duration.ofSeconds(20));
    Duration timeout = options.duration("keepAlive.timeout", Duration.ofSeconds(10));
    return new Settings(
        new Topics(text(options, ROOT, Topics.DEFAULT_ROOT)),
        qos(options.number(QOS, 1)),
        options.text(USER),
        options.text(PASSWORD),
        group(options.text(GROUP)),
        options.list(BROKERS),
        text(options, WEB_SOCKET_PATH, "mqtt"),
        options.duration(CONNECT_TIMEOUT, Duration.ofSeconds(10)),
        options.duration(ANSWER_TIMEOUT, Duration.ofSeconds(3)),
        size(options, MAX_PACKET, 1200, 64 * 1024, LARGEST_PACKET),
        size(options, MAX_GUEST_MESSAGE, 1024, 1024 * 1024, 64 * 1024 * 1024),
        interval.plus(timeout),
        timeout,
        options.duration("reconnect.first", Duration.ofMillis(100)),
        options.duration("reconnect.max", Duration.ofSeconds(10)));
  }

  /** Bytes of the largest packet of MQTT that a broker may send here. */
  int maxIncoming() {
    return Math.max(maxGuestMessage, LARGEST_PACKET) + MAX_PROPERTIES;
  }

  private static String text(Options options, String key, String otherwise) {
    String text = options.text(key);
    return text == null ? otherwise : text;
  }

  private static MqttQos qos(int level) {
    return switch (level) {
      case 0 -> MqttQos.AT_MOST_ONCE;
      case 1 -> MqttQos.AT_LEAST_ONCE;
      default -> throw invalid(QOS + ": must be 0 or 1, not " + level);
    };
  }

  private static @Nullable String group(@Nullable String name) {
    if (name != null && !Topics.escape(name).equals(name)) {
      throw invalid(GROUP + ": must be letters, digits and . _ - alone");
    }
    return name == null || name.isEmpty() ? null : name;
  }

  private static int size(Options options, String key, int least, int otherwise, int most) {
    long bytes = options.size(key, otherwise);
    if (bytes < least || bytes > most) {
      throw invalid(key + ": must be from " + least + " to " + most + " bytes, not " + bytes);
    }
    return (int) bytes;
  }

  private static AgentException invalid(String why) {
    return new AgentException(Code.INVALID_ARGUMENT, Outcome.NOT_SENT, why);
  }
}
