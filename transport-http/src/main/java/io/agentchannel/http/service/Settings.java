package io.agentchannel.http.service;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.Options;
import java.time.Duration;
import java.util.Set;

/**
 * What can be configured about plain services.
 *
 * @param maxReply bytes of the largest message that one may send
 */
record Settings(int maxReply, Duration connectTimeout) {
  private static final String MAX_REPLY_KEY = "http.maxReply";
  private static final String CONNECT_TIMEOUT_KEY = "http.connectTimeout";
  private static final int LARGEST = 64 * 1024 * 1024;

  static final Set<String> KEYS = Set.of(MAX_REPLY_KEY, CONNECT_TIMEOUT_KEY);

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT}, naming the key
   */
  static Settings of(Options options) {
    long bytes = options.size(MAX_REPLY_KEY, 16 * 1024 * 1024);
    if (bytes < 1024 || bytes > LARGEST) {
      throw new AgentException(
          Code.INVALID_ARGUMENT,
          Outcome.NOT_SENT,
          MAX_REPLY_KEY + ": must be from 1024 to " + LARGEST + " bytes, not " + bytes);
    }
    return new Settings((int) bytes, options.duration(CONNECT_TIMEOUT_KEY, Duration.ofSeconds(10)));
  }
}
