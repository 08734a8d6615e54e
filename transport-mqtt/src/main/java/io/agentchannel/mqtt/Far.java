package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.ByteBuffer;

/**
 * An inbox that may be the other end's, and how to write to it.
 *
 * @param blank a message to it without content, which says where to answer
 * @param plain the same without saying so
 */
record Far(Topics.Inbox inbox, Greeting greeting, Mqtt5Publish blank, Mqtt5Publish plain) {

  static Far of(Topics.Inbox inbox, Greeting greeting, Mqtt5Publish message) {
    Mqtt5Publish blank = message.extend().topic(inbox.topic()).build();
    return new Far(inbox, greeting, blank, blank.extend().responseTopic((String) null).build());
  }

  /** From here on the other end knows where to answer. */
  Far introduced() {
    return new Far(inbox, greeting, plain, plain);
  }

  Mqtt5Publish packet(ByteBuffer bytes) {
    return blank.extend().payload(bytes).build();
  }

  Mqtt5Publish bye(byte[] secret) {
    return plain.extend().contentType(Greeting.BYE).payload(secret).build();
  }
}
