package io.agentchannel.core.security;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;

/** A handshake that failed, or bytes that are not the peer's; the link is closed. */
public final class HandshakeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Code code;
  private final boolean told;

  private HandshakeException(Code code, String message, boolean told) {
    super(message);
    this.code = code;
    this.told = told;
  }

  /** This side refuses; the peer is told why. */
  static HandshakeException refuse(Code code, String message) {
    return new HandshakeException(code, message, false);
  }

  /** The peer has refused and said why. */
  static HandshakeException refused(Code code, String message) {
    return new HandshakeException(code, message, true);
  }

  /** Whether it was the peer who refused, and needs no telling. */
  public boolean isFromPeer() {
    return told;
  }

  public Code code() {
    return code;
  }

  /** As the local side sees it; no call was sent on such a link. */
  public AgentException toAgentException(String endpoint) {
    return new AgentException(code, Outcome.NOT_SENT, endpoint + ": " + getMessage(), this);
  }
}
