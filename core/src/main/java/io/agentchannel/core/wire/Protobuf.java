package io.agentchannel.core.wire;

import java.nio.ByteBuffer;

/**
 * Protobuf's encoding, as far as envelopes need it. Sizes are told first and written after, so that
 * nothing is encoded twice or moved.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protobuf: encoding</a>
 */
final class Protobuf {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  /** The highest field number that protobuf allows. */
  static final int MAX_FIELD = (1 << 29) - 1;

  private Protobuf() {}

  static int varintSize(long value) {
    // ceil(bits / 7) without a division; right for each of the 64 possible lengths.
    return (640 - Long.numberOfLeadingZeros(value | 1) * 9) >>> 6;
  }

  static void putVarint(long value, ByteBuffer out) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /** The size of a numeric field with its tag; 0 is not written. */
  static int numberSize(int field, long value) {
    return value == 0 ? 0 : tagSize(field) + varintSize(value);
  }

  static void putNumber(int field, long value, ByteBuffer out) {
    if (value != 0) {
      putTag(field, VARINT, out);
      putVarint(value, out);
    }
  }

  /** The size of a field of {@code length} bytes with its tag and its length. */
  static int framedSize(int field, int length) {
    return tagSize(field) + varintSize(length) + length;
  }

  static void putFrame(int field, int length, ByteBuffer out) {
    putTag(field, LENGTH, out);
    putVarint(length, out);
  }

  /** The size of a text field with its tag and its length; the empty text is not written. */
  static int textSize(int field, String text) {
    return text.isEmpty() ? 0 : framedSize(field, Utf8.length(text));
  }

  static void putText(int field, String text, ByteBuffer out) {
    if (!text.isEmpty()) {
      int length = Utf8.length(text);
      putFrame(field, length, out);
      Utf8.put(text, length, out);
    }
  }

  private static int tagSize(int field) {
    return field < 16 ? 1 : 2;
  }

  private static void putTag(int field, int type, ByteBuffer out) {
    int tag = (field << 3) | type;
    if (field < 16) {
      out.put((byte) tag);
    } else {
      putVarint(tag, out);
    }
  }
}
