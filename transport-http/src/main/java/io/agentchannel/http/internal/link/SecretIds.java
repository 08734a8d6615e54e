package io.agentchannel.http.internal.link;

import java.security.SecureRandom;
import java.util.Base64;

/** Ids with 128 secret bits, behind some that tell this process from its replicas. Thread-safe. */
final class SecretIds {
  private static final int TAG_BYTES = 8;
  private static final int SECRET_BYTES = 16;
  private static final int CHARS = (TAG_BYTES + SECRET_BYTES) * 4 / 3;

  private final SecureRandom random = new SecureRandom();
  private final byte[] tag = new byte[TAG_BYTES];
  private final String prefix;

  SecretIds() {
    random.nextBytes(tag);
    // The characters that are the tag's alone.
    this.prefix = Base64.getUrlEncoder().encodeToString(tag).substring(0, TAG_BYTES * 8 / 6);
  }

  String next() {
    byte[] id = new byte[TAG_BYTES + SECRET_BYTES];
    random.nextBytes(id);
    System.arraycopy(tag, 0, id, 0, TAG_BYTES);
    return Base64.getUrlEncoder().encodeToString(id);
  }

  /** Whether this looks like an id that a replica has made. */
  boolean isAnothers(String id) {
    return id.length() == CHARS && !id.startsWith(prefix);
  }
}
