package io.agentchannel.http.webhook;

import java.net.URI;

/**
 * A delivery that was given up.
 *
 * @param id the {@code webhook-id} of all its attempts
 * @param body not copied; to be left alone
 * @param attempts how many were made
 * @param why in one line
 */
public record DeadLetter(
    String id, URI url, String contentType, byte[] body, int attempts, String why) {

  /** Without the body, which may be a secret, and without what follows the path. */
  @Override
  public String toString() {
    return id + " to " + url.getScheme() + "://" + url.getRawAuthority() + ": " + why;
  }
}
