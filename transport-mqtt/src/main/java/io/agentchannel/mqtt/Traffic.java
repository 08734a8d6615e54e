package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What one connection has on the way to its broker, of all links and replies together, and who
 * waits for room. Thread-safe; acknowledgements come on the event loop.
 */
final class Traffic {
  /** Messages on the way, where a broker sets no limit that is lower. */
  private static final int WINDOW = 1024;

  private final Wire wire;
  private final Outstanding outstanding;
  private final Queue<MqttLink> starved = new ConcurrentLinkedQueue<>();

  Traffic(Wire wire) {
    this.wire = wire;
    this.outstanding =
        new Outstanding(Math.min(WINDOW, 2 * wire.restrictions().getReceiveMaximum()));
  }

  Wire wire() {
    return wire;
  }

  Outstanding outstanding() {
    return outstanding;
  }

  boolean hasRoom() {
    return outstanding.hasRoom();
  }

  /** It hears when there is room. */
  void wantsReady(MqttLink link) {
    starved.add(link);
  }

  /**
   * @param size bytes that count
   */
  void publish(Mqtt5Publish message, int size, Wire.Sent sent) {
    outstanding.send(size);
    wire.publish(
        message,
        (failure, unheard) -> {
          outstanding.acknowledge(size);
          sent.onSent(failure, unheard);
          feedStarved();
        });
  }

  /** One link's turn for each acknowledgement: they take turns, and none is overrun. */
  private void feedStarved() {
    MqttLink next = starved.poll();
    if (next != null) {
      next.onRoom();
    }
  }
}
