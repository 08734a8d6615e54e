package io.agentchannel.core.security;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is done to each packet of a link after the handshake. One for each link; sealing is done by
 * one thread at a time, opening by one thread at a time.
 */
public interface Seal {

  /** Bytes to leave free before the envelopes. */
  int headroom();

  /** Bytes to leave free behind them. */
  int tailroom();

  /** Seals in place what lies between the two rooms; the buffer's whole remainder is the packet. */
  void seal(ByteBuffer packet);

  /**
   * Opens a packet, of whose buffer nothing is kept.
   *
   * @return what was sealed, on the heap and the caller's to keep; null if the packet is to be
   *     passed over: a repeat, or, on a link into which others can write, one that is not the
   *     peer's
   * @throws HandshakeException if the link has lost or changed what the peer has sealed
   */
  @Nullable ByteBuffer open(ByteBuffer packet) throws HandshakeException;

  /** How many packets were passed over. */
  long passedOver();
}
