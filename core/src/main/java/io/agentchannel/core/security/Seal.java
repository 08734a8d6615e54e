package io.agentchannel.core.security;

import java.nio.ByteBuffer;

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
   * Opens a packet in place.
   *
   * @return the envelopes
   * @throws HandshakeException if it is not what the peer has sealed
   */
  ByteBuffer open(ByteBuffer packet) throws HandshakeException;
}
