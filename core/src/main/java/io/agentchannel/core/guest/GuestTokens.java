package io.agentchannel.core.guest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens and whom they stand for. Kept and compared as hashes of one length, all of them
 * each time, so that the time taken tells neither length, nor prefix, nor position of a token.
 */
final class GuestTokens {
  private final List<Entry> entries = new ArrayList<>();

  GuestTokens(Map<String, String> principalsByToken) {
    principalsByToken.forEach((token, who) -> entries.add(new Entry(hash(token), who)));
  }

  @Nullable String principalOf(String token) {
    byte[] shown = hash(token);
    String found = null;
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.hash, shown)) {
        found = entry.principal;
      }
    }
    return found;
  }

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static final class Entry {
    private final byte[] hash;
    private final String principal;

    Entry(byte[] hash, String principal) {
      this.hash = hash;
      this.principal = principal;
    }
  }
}
