package io.agentchannel.core;

import io.agentchannel.Payload;
import io.agentchannel.core.serve.Events;
import io.agentchannel.spi.Binding;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics whose events go, in clear, to every place that brings them to its subscribers itself.
 */
record PublicTopics(Set<String> topics, List<Binding> places) implements Events.Outlet {
  private static final Logger LOG = LoggerFactory.getLogger(PublicTopics.class);

  @Override
  public boolean takes(String topic) {
    return topics.contains(topic) && !places.isEmpty();
  }

  @Override
  public void publish(String topic, Payload event) {
    for (Binding place : places) {
      try {
        place.publish(topic, event);
      } catch (RuntimeException failure) {
        // What one place cannot do is nothing that the publisher could see to.
        LOG.warn("an event of {} is lost at {}", topic, place.endpoint(), failure);
      }
    }
  }
}
