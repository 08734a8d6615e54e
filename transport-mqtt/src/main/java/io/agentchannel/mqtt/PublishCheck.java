package io.agentchannel.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * Whether the PUBLISH of somebody else is well formed in everything that brokers pass on as they
 * got it (MQTT 5.0, section 3.3). One that is not makes a client end its connection, so whoever may
 * publish to an agent could keep it from its broker.
 */
final class PublishCheck {
  private static final int PAYLOAD_FORMAT = 0x01;
  private static final int EXPIRY = 0x02;
  private static final int CONTENT_TYPE = 0x03;
  private static final int RESPONSE_TOPIC = 0x08;
  private static final int CORRELATION_DATA = 0x09;
  private static final int SUBSCRIPTION_ID = 0x0b;
  private static final int USER_PROPERTY = 0x26;

  private static final int MALFORMED = -1;
  private static final int QOS = 0b0110;
  private static final int QOS_1 = 0b0010;

  private PublishCheck() {}

  /**
   * @param start of the variable header
   * @param end of the packet, in the buffer
   */
  static boolean isWellFormed(ByteBuf in, int flags, int start, int end) {
    int at = text(in, start, end, /* topic= */ true);
    if (at == MALFORMED || hasId(flags) && at + 2 > end) {
      return false;
    }
    at += hasId(flags) ? 2 : 0;
    long length = at < end ? number(in, at, end) : MALFORMED;
    if (length == MALFORMED) {
      return false;
    }
    at += sizeOf(length);
    return at + length <= end && areWellFormed(in, at, (int) (at + length));
  }

  /**
   * Where the packet identifier ends, if there is one, or else the topic; too far where too little
   * of the packet is there.
   */
  static int afterId(ByteBuf in, int flags, int start) {
    int after = start + 2 <= in.writerIndex() ? start + 2 + in.getUnsignedShort(start) : start + 2;
    return hasId(flags) ? after + 2 : after;
  }

  /** At QoS 1 a packet identifier follows the topic, and an acknowledgement is waited for. */
  static boolean hasId(int flags) {
    return (flags & QOS) == QOS_1;
  }

  /** Whether it is at a level of delivery that was asked for: 0 or 1. */
  static boolean isSimple(int flags) {
    return (flags & QOS) <= QOS_1;
  }

  private static boolean areWellFormed(ByteBuf in, int start, int end) {
    int seen = 0;
    int at = start;
    while (at != MALFORMED && at < end) {
      int property = in.getByte(at);
      boolean repeatable = property == USER_PROPERTY || property == SUBSCRIPTION_ID;
      int bit = 1 << (property & 0x1f);
      if (!repeatable && (seen & bit) != 0) {
        return false;
      }
      seen |= repeatable ? 0 : bit;
      at = after(in, property, at + 1, end);
    }
    return at == end;
  }

  /** Where the value ends that begins here. */
  private static int after(ByteBuf in, int property, int at, int end) {
    return switch (property) {
      case PAYLOAD_FORMAT -> at < end && (in.getByte(at) & ~1) == 0 ? at + 1 : MALFORMED;
      case EXPIRY -> at + 4 <= end ? at + 4 : MALFORMED;
      case CONTENT_TYPE -> text(in, at, end, /* topic= */ false);
      case RESPONSE_TOPIC -> text(in, at, end, /* topic= */ true);
      case CORRELATION_DATA -> bytes(in, at, end);
      case SUBSCRIPTION_ID -> {
        long id = at < end ? number(in, at, end) : MALFORMED;
        yield id < 1 ? MALFORMED : at + sizeOf(id);
      }
      case USER_PROPERTY -> {
        int value = text(in, at, end, /* topic= */ false);
        yield value == MALFORMED ? MALFORMED : text(in, value, end, /* topic= */ false);
      }
      // A topic alias too: the broker was not allowed any, and passes on none of somebody else's.
      default -> MALFORMED;
    };
  }

  private static int bytes(ByteBuf in, int at, int end) {
    int after = at + 2 <= end ? at + 2 + in.getUnsignedShort(at) : MALFORMED;
    return after <= end ? after : MALFORMED;
  }

  private static int text(ByteBuf in, int at, int end, boolean topic) {
    int after = bytes(in, at, end);
    if (after == MALFORMED || topic && after == at + 2) {
      return MALFORMED;
    }
    for (int i = at + 2; i < after; i++) {
      byte b = in.getByte(i);
      if (b == 0 || topic && (b == '+' || b == '#')) {
        return MALFORMED;
      }
    }
    boolean isText = ByteBufUtil.isText(in, at + 2, after - at - 2, StandardCharsets.UTF_8);
    return isText ? after : MALFORMED;
  }

  /** A variable byte integer (section 1.5.5), written as short as it can be. */
  private static long number(ByteBuf in, int at, int end) {
    long value = 0;
    for (int i = 0; i < 4 && at + i < end; i++) {
      byte b = in.getByte(at + i);
      value |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        return sizeOf(value) == i + 1 ? value : MALFORMED;
      }
    }
    return MALFORMED;
  }

  private static int sizeOf(long number) {
    return number < 1 << 7 ? 1 : number < 1 << 14 ? 2 : number < 1 << 21 ? 3 : 4;
  }
}
