package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.ByteBuffer;

/**
 * An inbox that may be the other end's.
 *
 * @param blank a message to it of this link, without content
 */
record Far(Topics.Inbox inbox, Greeting greeting, Mqtt5Publish blank) {

  Mqtt5Publish packet(ByteBuffer bytes) {
    return blank.extend().payload(bytes).build();
  }

  Mqtt5Publish bye(byte[] secret) {
    return blank.extend().contentType(Greeting.BYE).payload(secret).build();
  }
}
