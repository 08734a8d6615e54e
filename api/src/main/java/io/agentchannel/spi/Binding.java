package io.agentchannel.spi;

import io.agentchannel.Payload;
import java.net.URI;

/** A place that is listened at. */
public interface Binding extends AutoCloseable {

  /** The endpoint with the port that was really bound. */
  URI endpoint();

  /**
   * Gives an event of a public topic ({@code events.public}) to whoever subscribes to it at this
   * place, where the place brings it to all of them itself: a broker does. Nothing by default.
   * Never waits: where nobody can be reached at the moment, the event is not kept.
   */
  default void publish(String topic, Payload event) {}

  /** Takes no new links; those that exist stay. Twice does nothing. */
  @Override
  void close();
}
