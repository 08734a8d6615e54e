package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.spi.GuestCalls.Guest;
import io.agentchannel.spi.GuestCalls.GuestCall;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One client that was let in. It stays a guest as long as it is connected, and as long as a call
 * runs whose reply it will ask for later. Thread-safe.
 */
final class Visitor {
  /** Not {@link Code#CANCELLED}: a call with a key goes on for whoever asks for it again. */
  static final AgentException GONE =
      new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, "the client has gone");

  private final Guest guest;
  private final byte[] owner;
  private final AtomicInteger holds = new AtomicInteger(1);

  /**
   * @param token what it was let in with, or null
   */
  Visitor(Guest guest, @Nullable String token) {
    this.guest = guest;
    this.owner = token == null ? new byte[0] : digest(token);
  }

  Requests call(GuestCall call, Replies replies) {
    return guest.call(call, replies);
  }

  /** Whether both showed the same token, or none. */
  boolean isSameAs(Visitor other) {
    return MessageDigest.isEqual(owner, other.owner);
  }

  /** Only while something else holds it. */
  void hold() {
    holds.incrementAndGet();
  }

  void release() {
    if (holds.decrementAndGet() == 0) {
      guest.close();
    }
  }

  /** So that comparing tells nothing about the token's length either. */
  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
