package io.agentchannel.core.security;

/** How the packets of a link are protected. Never negotiated: both sides must have the same. */
enum Protection {
  /** Not at all, see {@code security: none}. */
  NONE,
  /** Sealed by the core. */
  SEALED,
  /** By the transport, which has encrypted the connection and proven both ends. */
  TRANSPORT;

  /** As the first packet of the handshake says it. */
  long number() {
    return ordinal();
  }

  /** What is wrong if the peer has another one; for both to read. */
  String mismatch(long theirs) {
    boolean isTransport = this == TRANSPORT || theirs == TRANSPORT.number();
    boolean isSealed = this == SEALED || theirs == SEALED.number();
    if (isTransport) {
      return "one side takes the transport's certificates for proof and the other does not:"
          + " set the same tls on both";
    }
    return isSealed
        ? "one side seals its packets and the other does not (security: none):"
            + " set the same security on both"
        : "the two sides protect their packets in different ways";
  }
}
