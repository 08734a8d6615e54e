package io.agentchannel.core.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a reader accepts at most. A packet beyond these breaks the link that it came by, so senders
 * check what their users gave them before. Lengths of texts are in characters (UTF-16, as {@link
 * String#length} counts), sizes of maps are the UTF-8 bytes of all names and values.
 *
 * <p>The body's limit is {@link Envelope#MAX_BODY}; a link's {@code maxPacket} may ask for less, of
 * everything.
 */
public final class WireLimits {
  public static final int MAX_OPERATION = 128;
  public static final int MAX_KEY = 256;
  public static final int MAX_CONTENT_TYPE = 255;

  /** Names and values in metadata, or in the details of a status. */
  public static final int MAX_ENTRIES = 64;

  public static final int MAX_ENTRIES_BYTES = 16 * 1024;

  /** The message of a status; {@link Status} itself cuts there. */
  public static final int MAX_MESSAGE = 4096;

  public static final int MAX_DONE_COUNTERS = 4096;

  /** In JSON, the exchange's name. */
  public static final int MAX_JSON_EXCHANGE = 128;

  /** In JSON, levels of objects and arrays, the envelope's own included. */
  public static final int MAX_JSON_DEPTH = 64;

  /** In JSON, characters of the whole text; links bound it tighter. */
  public static final int MAX_JSON_TEXT = 64 * 1024 * 1024;

  private WireLimits() {}

  /** What keeps an OPEN from travelling, in one line for its caller; null if nothing does. */
  public static @Nullable String problemOf(Envelope.Open open) {
    if (!isOperation(open.operation())) {
      return "an operation's name is 1 to "
          + MAX_OPERATION
          + " of A-Z a-z 0-9 . _ - and begins with a letter or digit";
    }
    String key = open.key();
    if (key != null && (key.isEmpty() || key.length() > MAX_KEY)) {
      return "an idempotency key has 1 to " + MAX_KEY + " characters";
    }
    for (String name : open.metadata().keySet()) {
      if (!isMetadataName(name)) {
        return "a name in metadata is empty or has capital letters";
      }
    }
    return isWithinLimits(open.metadata())
        ? null
        : "metadata has more than "
            + MAX_ENTRIES
            + " entries or more than "
            + MAX_ENTRIES_BYTES
            + " bytes";
  }

  /** Whether metadata or details are few and small enough. */
  public static boolean isWithinLimits(Map<String, String> entries) {
    if (entries.size() > MAX_ENTRIES) {
      return false;
    }
    long bytes = 0;
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      bytes += Utf8.length(entry.getKey());
      bytes += Utf8.length(entry.getValue());
    }
    return bytes <= MAX_ENTRIES_BYTES;
  }

  /** Whether it can stand as a content type: printable ASCII, not empty, not too long. */
  public static boolean isContentType(String text) {
    if (text.isEmpty() || text.length() > MAX_CONTENT_TYPE) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  /** Whether it is a name as operations and topics have them, those of the runtime included. */
  public static boolean isOperation(String name) {
    if (name.isEmpty() || name.length() > MAX_OPERATION || !isLetterOrDigit(name.charAt(0))) {
      return false;
    }
    for (int i = 1; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }

  static boolean isMetadataName(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 'A' && name.charAt(i) <= 'Z') {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
