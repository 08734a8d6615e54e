package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.Options;
import java.time.Duration;
import java.util.Set;

/**
 * What can be configured.
 *
 * @param maxGuestMessage bytes of the largest message that a plain client may send
 * @param maxReply bytes of the largest message that a plain service may send
 * @param connectTimeout for an outgoing link from its beginning until the peer has answered
 * @param keepAliveInterval how long a connection may be silent until a server asks for a sign of
 *     life
 * @param keepAliveTimeout how long the other side then has to answer
 */
record Settings(
    int maxGuestMessage,
    int maxReply,
    Duration connectTimeout,
    Duration keepAliveInterval,
    Duration keepAliveTimeout) {

  /** Room for one envelope with the largest body, or for a few hundred small ones. */
  static final int MAX_PACKET = 128 * 1024;

  /** Names and values of a call's metadata, and what gRPC adds (RFC 9113, section 6.5.2). */
  static final int MAX_METADATA = 20 * 1024;

  /**
   * Bytes on the way to a receiver that does not take them, for a call and for a connection. What
   * gRPC would find out by asking is set at once: links take what comes, and bound it themselves.
   */
  static final int FLOW_WINDOW = 4 * 1024 * 1024;

  /** Bytes that wait to be sent on a call until it is not ready for more. */
  static final int READY_THRESHOLD = 256 * 1024;

  private static final String MAX_GUEST_MESSAGE_KEY = "grpc.maxGuestMessage";
  private static final String MAX_REPLY_KEY = "grpc.maxReply";
  private static final String CONNECT_TIMEOUT_KEY = "grpc.connectTimeout";
  private static final int LARGEST = 64 * 1024 * 1024;

  /** The keys of this transport alone; {@code keepAlive.*} is everybody's. */
  static final Set<String> KEYS = Set.of(MAX_GUEST_MESSAGE_KEY, MAX_REPLY_KEY, CONNECT_TIMEOUT_KEY);

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT}, naming the key
   */
  static Settings of(Options options) {
    return new Settings(
        size(options, MAX_GUEST_MESSAGE_KEY, 4 * 1024 * 1024),
        size(options, MAX_REPLY_KEY, 4 * 1024 * 1024),
        options.duration(CONNECT_TIMEOUT_KEY, Duration.ofSeconds(10)),
        options.duration("keepAlive.interval", Duration.ofSeconds(20)),
        options.duration("keepAlive.timeout", Duration.ofSeconds(10)));
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
