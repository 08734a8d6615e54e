package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import java.net.URI;
import java.util.Map;

/** Where replies go that a client wants delivered ({@code Callback-Url}). Thread-safe. */
interface Callbacks {

  /**
   * Looks at an address before its call begins. Does not connect.
   *
   * @throws AgentException {@link io.agentchannel.Code#INVALID_ARGUMENT} or {@link
   *     io.agentchannel.Code#FAILED_PRECONDITION}; the message is fit for the client
   */
  void check(URI url);

  /**
   * Delivers, signed, and tries again as long as the schedule says; what comes of it is told to
   * whoever listens there. Never blocks and never throws.
   */
  void deliver(Callback callback);

  /**
   * One reply on its way.
   *
   * @param id the same for each attempt
   * @param headers beside those of signature and content
   */
  record Callback(
      URI url, String id, String contentType, byte[] body, Map<String, String> headers) {}
}
