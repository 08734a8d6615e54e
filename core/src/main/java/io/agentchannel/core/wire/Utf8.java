package io.agentchannel.core.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * UTF-8 (RFC 3629) without intermediate arrays, quick for ASCII. Half a surrogate pair, which has
 * no UTF-8, is written as a question mark.
 */
final class Utf8 {
  private Utf8() {}

  /** The bytes that the text takes. */
  static int length(String text) {
    int length = text.length();
    int bytes = length;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        if (c < 0x800) {
          bytes++;
        } else if (!Character.isSurrogate(c)) {
          bytes += 2;
        } else if (isPair(text, i)) {
          bytes += 2;
          i++;
        }
      }
    }
    return bytes;
  }

  /**
   * @param bytes as told by {@link #length}
   */
  static void put(String text, int bytes, ByteBuffer out) {
    int length = text.length();
    if (bytes == length) {
      for (int i = 0; i < length; i++) {
        char c = text.charAt(i);
        out.put((byte) (c < 0x80 ? c : '?'));
      }
      return;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        out.put((byte) c);
      } else if (c < 0x800) {
        out.put((byte) (0xC0 | (c >> 6)));
        out.put((byte) (0x80 | (c & 0x3F)));
      } else if (!Character.isSurrogate(c)) {
        out.put((byte) (0xE0 | (c >> 12)));
        out.put((byte) (0x80 | ((c >> 6) & 0x3F)));
        out.put((byte) (0x80 | (c & 0x3F)));
      } else if (isPair(text, i)) {
        int point = text.codePointAt(i++);
        out.put((byte) (0xF0 | (point >> 18)));
        out.put((byte) (0x80 | ((point >> 12) & 0x3F)));
        out.put((byte) (0x80 | ((point >> 6) & 0x3F)));
        out.put((byte) (0x80 | (point & 0x3F)));
      } else {
        out.put((byte) '?');
      }
    }
  }

  /** The text of a part of the buffer, or null if it is not UTF-8. */
  static @Nullable String decode(ByteBuffer in, int position, int length) {
    byte[] bytes;
    int offset;
    if (in.hasArray()) {
      bytes = in.array();
      offset = in.arrayOffset() + position;
    } else {
      bytes = new byte[length];
      in.get(position, bytes);
      offset = 0;
    }
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] < 0) {
        return decodeStrictly(bytes, offset, length);
      }
    }
    return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
  }

  /** The longest beginning of the text that takes at most this many bytes. */
  static String prefix(String text, int maxBytes) {
    int bytes = 0;
    int end = 0;
    while (end < text.length()) {
      int step = isPair(text, end) ? 2 : 1;
      bytes += length(text.substring(end, end + step));
      if (bytes > maxBytes) {
        break;
      }
      end += step;
    }
    return text.substring(0, end);
  }

  /** Whether every surrogate has its other half. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!isPair(text, i)) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static boolean isPair(String text, int i) {
    return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
  }

  private static @Nullable String decodeStrictly(byte[] bytes, int offset, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, offset, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
