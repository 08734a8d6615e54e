package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to know what comes from one broker, over one connection and those that follow it. From
 * any thread, unless a method says otherwise.
 */
interface Audience {

  /** An agent answers at this inbox. On the event loop. */
  void onKnown(Topics.Inbox inbox);

  /** Nobody answers there any more. On the event loop. */
  void onGone(Topics.Inbox inbox);

  /** Something was published; whether this topic is subscribed to. On the event loop. */
  boolean onPublished(String topic, Mqtt5Publish message);

  /** A message belonged nowhere and was dropped. */
  void onStray();

  /** What people should know of how it is going; null if there is nothing. */
  @Nullable String note();
}
