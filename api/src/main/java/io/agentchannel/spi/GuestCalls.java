package io.agentchannel.spi;

import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The door for plain clients of a transport. It knows the configured rules ({@code guests:}); the
 * transport only tells what it saw and obeys. Thread-safe.
 */
public interface GuestCalls {

  /** Whether a connection that a web page of this origin made may be an SDK peer's or a guest's. */
  boolean allowsOrigin(String origin);

  /**
   * Admits a client or refuses it.
   *
   * @throws io.agentchannel.AgentException {@link io.agentchannel.Code#UNAUTHENTICATED} or {@link
   *     io.agentchannel.Code#PERMISSION_DENIED}; the message is fit for the client
   */
  Guest admit(Visit visit);

  /**
   * What the transport saw of a client.
   *
   * @param address where it comes from, or null where a broker hides it
   * @param host the {@code Host} header or {@code :authority}, or null where there is no such thing
   * @param origin the {@code Origin} header, or null
   * @param forwarded whether a {@code Forwarded} or {@code X-Forwarded-…} header was there
   * @param token the bearer token, or null
   */
  record Visit(
      String scheme,
      @Nullable InetAddress address,
      @Nullable String host,
      @Nullable String origin,
      boolean forwarded,
      @Nullable String token) {}

  /** An admitted client. Closing it cancels its calls. */
  interface Guest extends AutoCloseable {

    /** Starts a call; everything about it, refusals included, comes through {@code replies}. */
    Requests call(GuestCall call, Replies replies);

    /**
     * Speaks the JSON envelopes ({@code agentchannel.v1+json}) over a link whose packets are UTF-8
     * texts; the link's end closes the guest.
     */
    void converse(Link texts);

    @Override
    void close();
  }

  /**
   * One call of a guest's.
   *
   * @param agent the name or id of the agent it is meant for, or null for whoever listens
   * @param metadata names in lower case, without those that the transport has understood itself
   * @param timeout null for the agent's default
   * @param key an {@code Idempotency-Key}, or null
   */
  record GuestCall(
      @Nullable String agent,
      String operation,
      Map<String, String> metadata,
      @Nullable Duration timeout,
      @Nullable String key) {}
}
