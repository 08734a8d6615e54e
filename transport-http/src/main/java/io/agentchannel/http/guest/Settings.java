package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.Options;
import java.time.Duration;
import java.util.Set;

/**
 * What can be configured about plain clients.
 *
 * @param maxMessage bytes of the largest request
 * @param maxReply bytes of the largest reply that is collected before it is sent
 * @param memory how long a reply waits for who asked for it asynchronously, and how long a running
 *     call waits to be asked for
 */
record Settings(int maxMessage, int maxReply, Duration memory) {
  private static final String MAX_MESSAGE_KEY = "http.maxGuestMessage";
  private static final String MAX_REPLY_KEY = "http.maxGuestReply";
  private static final String MEMORY_KEY = "http.exchangeMemory";
  private static final int LARGEST = 64 * 1024 * 1024;

  static final Set<String> KEYS = Set.of(MAX_MESSAGE_KEY, MAX_REPLY_KEY, MEMORY_KEY);

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT}, naming the key
   */
  static Settings of(Options options) {
    return new Settings(
        size(options, MAX_MESSAGE_KEY, 4 * 1024 * 1024),
        size(options, MAX_REPLY_KEY, 16 * 1024 * 1024),
        options.duration(MEMORY_KEY, Duration.ofMinutes(10)));
  }

  private static int size(Options options, String key, int otherwise) {
    long bytes = options.size(key, otherwise);
    if (bytes < 1024 || bytes > LARGEST) {
      throw new AgentException(
          Code.INVALID_ARGUMENT,
          Outcome.NOT_SENT,
          key + ": must be from 1024 to " + LARGEST + " bytes, not " + bytes);
    }
    return (int) bytes;
  }
}
