package io.agentchannel.websocket;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.Options;
import java.time.Duration;
import java.util.Set;

/**
 * What can be configured.
 *
 * @param maxMessage bytes of the largest message that an SDK peer may send
 * @param maxGuestMessage bytes of the largest message that a plain client may send
 * @param connectTimeout for an outgoing link from its beginning until it is upgraded
 * @param keepAliveInterval how long a plain client may be silent until it is pinged
 * @param keepAliveTimeout how long it then has to answer
 */
record Settings(
    int maxMessage,
    int maxGuestMessage,
    Duration connectTimeout,
    Duration keepAliveInterval,
    Duration keepAliveTimeout) {

  /** Room for one envelope with the largest body, or for a few hundred small ones. */
  static final int MAX_PACKET = 128 * 1024;

  /** What we may send to a plain client at once: its messages are not split. */
  static final int MAX_TEXT = 32 * 1024 * 1024;

  private static final String MAX_MESSAGE_KEY = "websocket.maxMessage";
  private static final String MAX_GUEST_MESSAGE_KEY = "websocket.maxGuestMessage";
  private static final String CONNECT_TIMEOUT_KEY = "websocket.connectTimeout";
  private static final int LARGEST = 64 * 1024 * 1024;

  /** The keys of this transport alone; {@code keepAlive.*} is everybody's. */
  static final Set<String> KEYS =
      Set.of(MAX_MESSAGE_KEY, MAX_GUEST_MESSAGE_KEY, CONNECT_TIMEOUT_KEY);

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT}, naming the key
   */
  static Settings of(Options options) {
    return new Settings(
        size(options, MAX_MESSAGE_KEY, MAX_PACKET, MAX_PACKET),
        size(options, MAX_GUEST_MESSAGE_KEY, 1024, 1024 * 1024),
        options.duration(CONNECT_TIMEOUT_KEY, Duration.ofSeconds(10)),
        options.duration("keepAlive.interval", Duration.ofSeconds(20)),
        options.duration("keepAlive.timeout", Duration.ofSeconds(10)));
  }

  private static int size(Options options, String key, int least, int otherwise) {
    long bytes = options.size(key, otherwise);
    if (bytes < least || bytes > LARGEST) {
      throw new AgentException(
          Code.INVALID_ARGUMENT,
          Outcome.NOT_SENT,
          key + ": must be from " + least + " to " + LARGEST + " bytes, not " + bytes);
    }
    return (int) bytes;
  }
}
