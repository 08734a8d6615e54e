package io.agentchannel.core.security;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;

/**
 * A handshake that failed, or bytes that are not the peer's. It has no stack trace, so that whoever
 * sends garbage costs no more than reading it.
 */
public final class HandshakeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Code code;
  private final boolean told;
  private final boolean otherPeer;

  private HandshakeException(Code code, String message, boolean told, boolean otherPeer) {
    super(message, null, false, false);
    this.code = code;
    this.told = told;
    this.otherPeer = otherPeer;
  }

  /** This side refuses; the peer is told why, so the message must be fit for it to read. */
  public static HandshakeException refuse(Code code, String message) {
    return new HandshakeException(code, message, false, false);
  }

  /** This side refuses: another agent has proven who it is than the one that is expected. */
  static HandshakeException otherPeer(String message) {
    return new HandshakeException(Code.UNAUTHENTICATED, message, false, true);
  }

  /** The peer has refused and said why. */
  static HandshakeException refused(Code code, String message) {
    return new HandshakeException(code, message, true, false);
  }

  /** Whether it was the peer who refused, and needs no telling. */
  public boolean isFromPeer() {
    return told;
  }

  /** Whether it is another agent than expected who answers. */
  public boolean isOtherPeer() {
    return otherPeer;
  }

  public Code code() {
    return code;
  }

  /** As the local side sees it; no call was sent on such a link. */
  public AgentException toAgentException(String endpoint) {
    return new AgentException(code, Outcome.NOT_SENT, endpoint + ": " + getMessage(), this);
  }
}
