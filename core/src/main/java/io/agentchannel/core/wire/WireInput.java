package io.agentchannel.core.wire;

import java.nio.ByteBuffer;

/**
 * Reads protobuf fields from a buffer, never past the message it is in and never allocating more
 * than what is there. The buffer's own position and limit stay as they are.
 */
final class WireInput {
  private final ByteBuffer in;
  private int position;
  private int limit;
  private int field;
  private int type;

  WireInput(ByteBuffer in) {
    this.in = in;
    this.position = in.position();
    this.limit = in.limit();
  }

  /** Whether the message goes on. */
  boolean hasMore() {
    return position < limit;
  }

  /** Reads a tag and returns its field number; the value is to be read next. */
  int field() throws MalformedPacketException {
    if (position < limit) {
      byte tag = in.get(position);
      if (tag >= 1 << 3) {
        position++;
        type = tag & 7;
        field = tag >>> 3;
        return field;
      }
    }
    return longField();
  }

  long number() throws MalformedPacketException {
    require(Protobuf.VARINT);
    return unsigned();
  }

  int smallNumber() throws MalformedPacketException {
    long number = number();
    if (number > Integer.MAX_VALUE) {
      throw new MalformedPacketException("field " + field + " is out of range");
    }
    return (int) number;
  }

  boolean flag() throws MalformedPacketException {
    long number = number();
    if (number > 1) {
      throw new MalformedPacketException("field " + field + " is neither 0 nor 1");
    }
    return number == 1;
  }

  /** A varint without a tag, as in a packed field. */
  long unsigned() throws MalformedPacketException {
    long value = varint();
    if (value < 0) {
      throw new MalformedPacketException("a number of more than 63 bits");
    }
    return value;
  }

  /** Begins a nested message; {@link #leave} with what this returns goes back to the outer one. */
  int enter() throws MalformedPacketException {
    int length = length();
    int outer = limit;
    limit = position + length;
    return outer;
  }

  void leave(int outer) {
    limit = outer;
  }

  /** How many varints the current message still holds. */
  int countVarints() {
    int count = 0;
    for (int i = position; i < limit; i++) {
      if (in.get(i) >= 0) {
        count++;
      }
    }
    return count;
  }

  /** A view of the field's bytes, not a copy. */
  ByteBuffer bytes(String what, int max) throws MalformedPacketException {
    int length = length();
    if (length > max) {
      throw tooLong(what, max, "bytes");
    }
    ByteBuffer bytes = in.slice(position, length);
    position += length;
    return bytes;
  }

  String text(String what, int maxChars) throws MalformedPacketException {
    int length = length();
    // No character of UTF-16 takes more than three bytes: what is longer is not even decoded.
    if (length > 3L * maxChars) {
      throw tooLong(what, maxChars, "characters");
    }
    String text = Utf8.decode(in, position, length);
    if (text == null) {
      throw new MalformedPacketException(what + " is not UTF-8");
    }
    if (text.length() > maxChars) {
      throw tooLong(what, maxChars, "characters");
    }
    position += length;
    return text;
  }

  /** Passes over the value of a field that is not known here. */
  void skip() throws MalformedPacketException {
    switch (type) {
      case Protobuf.VARINT -> varint();
      case Protobuf.FIXED64 -> advance(Long.BYTES);
      case Protobuf.LENGTH -> advance(length());
      case Protobuf.FIXED32 -> advance(Integer.BYTES);
      default -> throw new MalformedPacketException("field " + field + " has an unknown wire type");
    }
  }

  private int longField() throws MalformedPacketException {
    long tag = varint();
    long number = tag >>> 3;
    if (number == 0 || number > Protobuf.MAX_FIELD) {
      throw new MalformedPacketException("a field number that protobuf does not have");
    }
    field = (int) number;
    type = (int) tag & 7;
    return field;
  }

  private void advance(int count) throws MalformedPacketException {
    if (count > limit - position) {
      throw truncated();
    }
    position += count;
  }

  private int length() throws MalformedPacketException {
    require(Protobuf.LENGTH);
    long length = unsigned();
    if (length > limit - position) {
      throw new MalformedPacketException(
          "field " + field + " is longer than the message that it is in");
    }
    return (int) length;
  }

  private void require(int expected) throws MalformedPacketException {
    if (type != expected) {
      throw new MalformedPacketException("field " + field + " has the wrong wire type");
    }
  }

  private long varint() throws MalformedPacketException {
    if (position < limit) {
      byte first = in.get(position);
      if (first >= 0) {
        position++;
        return first;
      }
    }
    return longVarint();
  }

  private long longVarint() throws MalformedPacketException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (position == limit) {
        throw truncated();
      }
      byte b = in.get(position++);
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        if (shift == 63 && b > 1) {
          break;
        }
        return value;
      }
    }
    throw new MalformedPacketException("a number of more than 64 bits");
  }

  private static MalformedPacketException truncated() {
    return new MalformedPacketException("a message ends in the middle of a field");
  }

  private static MalformedPacketException tooLong(String what, int max, String unit) {
    return new MalformedPacketException(what + " has more than " + max + " " + unit);
  }
}
