package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Brings what comes in over one connection to where it belongs, and counts what belongs nowhere:
 * anybody may write into an inbox. On the event loop.
 */
final class Mail {
  private final Session session;
  private final MqttTopic inbox;
  private final Wills wills;
  private final Queue<MqttLink> read = new ArrayDeque<>();
  private long received;

  Mail(Session session, MqttTopic inbox, Wills wills) {
    this.session = session;
    this.inbox = inbox;
    this.wills = wills;
  }

  /** Messages so far. */
  long received() {
    return received;
  }

  void onMessage(Mqtt5Publish message) {
    received++;
    if (message.getTopic().equals(inbox)) {
      onInbox(message);
      return;
    }
    String topic = message.getTopic().toString();
    Listening to = session.listening();
    boolean taken = to != null && to.onMessage(session, topic, message);
    taken |= session.isEvent(topic, message);
    if (!wills.onMessage(topic, message) && !taken) {
      session.countStray();
    }
  }

  private void onInbox(Mqtt5Publish message) {
    LinkId id = LinkId.of(message.getCorrelationData());
    MqttLink link = id == null ? null : session.link(id);
    if (message.getContentType().isPresent()) {
      onControl(message, message.getContentType().get().toString(), link);
    } else if (link == null) {
      session.countStray();
    } else {
      link.onPacket(ByteBuffer.wrap(message.getPayloadAsBytes()));
    }
  }

  private void onControl(Mqtt5Publish message, String what, @Nullable MqttLink link) {
    Listening to = session.listening();
    if (what.equals(Greeting.HELLO) && to != null) {
      to.onHello(session, message);
    } else if (what.equals(Greeting.WELCOME) && link != null) {
      onWelcome(link, message);
    } else if (what.equals(Greeting.BYE) && link != null) {
      link.onBye(message.getPayloadAsBytes());
    } else if (!what.equals(Greeting.PROBE)) {
      session.countStray();
    }
  }

  private void onWelcome(MqttLink link, Mqtt5Publish message) {
    Far far = session.sender(link.id(), message);
    if (far == null || !link.onWelcome(far)) {
      session.countStray();
    } else {
      session.onAnswer(link.id());
    }
  }

  /** Packets are being delivered to the link; it is told when what was read is through. */
  void readCompleteFollows(MqttLink link) {
    if (read.isEmpty()) {
      session.execute(this::readComplete);
    }
    read.add(link);
  }

  private void readComplete() {
    for (int left = read.size(); left > 0; left--) {
      read.remove().readComplete();
    }
    if (!read.isEmpty()) {
      session.execute(this::readComplete);
    }
  }
}
