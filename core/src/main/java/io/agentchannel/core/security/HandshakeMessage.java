package io.agentchannel.core.security;

import io.agentchannel.AgentId;
import io.agentchannel.Code;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One handshake packet: the magic {@code ACH}, the step, and fields of a number, a length in two
 * bytes and a value. Unknown fields are skipped, so that later versions may add some.
 */
final class HandshakeMessage {
  /** The largest that is read. */
  static final int MAX_BYTES = 4096;

  private static final byte[] MAGIC = {'A', 'C', 'H'};
  private static final int MAX_TEXT = 512;

  /** Step of a packet that refuses. */
  static final int REFUSAL = 0xff;

  enum Field {
    MIN_VERSION(1),
    MAX_VERSION(2),
    MODE(3),
    INTENDED(4),
    KEY(5),
    NAME(6),
    INSTANCE(7),
    WINDOW(8),
    RESUME_MILLIS(9),
    CODE(10),
    MESSAGE(11);

    final int number;

    Field(int number) {
      this.number = number;
    }

    static @Nullable Field of(int number) {
      return number >= 1 && number <= values().length ? values()[number - 1] : null;
    }
  }

  private final int step;
  private final Map<Field, byte[]> fields = new EnumMap<>(Field.class);

  HandshakeMessage(int step) {
    this.step = step;
  }

  static HandshakeMessage read(ByteBuffer packet) throws HandshakeException {
    if (packet.remaining() > MAX_BYTES) {
      throw HandshakeException.refuse(Code.INVALID_ARGUMENT, "a handshake packet is too large");
    }
    try {
      for (byte magic : MAGIC) {
        if (packet.get() != magic) {
          throw HandshakeException.refuse(
              Code.INVALID_ARGUMENT, "this is not an AgentChannel handshake");
        }
      }
      HandshakeMessage message = new HandshakeMessage(packet.get() & 0xff);
      while (packet.hasRemaining()) {
        Field field = Field.of(packet.get() & 0xff);
        byte[] value = new byte[packet.getShort() & 0xffff];
        packet.get(value);
        if (field != null && message.fields.put(field, value) != null) {
          throw HandshakeException.refuse(
              Code.INVALID_ARGUMENT, "a handshake field is there twice");
        }
      }
      return message;
    } catch (BufferUnderflowException e) {
      throw HandshakeException.refuse(Code.INVALID_ARGUMENT, "a handshake packet is cut short");
    }
  }

  ByteBuffer write() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.write(step);
    fields.forEach(
        (field, value) -> {
          out.write(field.number);
          out.write(value.length >>> 8);
          out.write(value.length);
          out.writeBytes(value);
        });
    return ByteBuffer.wrap(out.toByteArray());
  }

  int step() {
    return step;
  }

  HandshakeMessage with(Field field, long number) {
    fields.put(field, ByteBuffer.allocate(8).putLong(number).array());
    return this;
  }

  HandshakeMessage with(Field field, String text) {
    String bounded = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    fields.put(field, bounded.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  HandshakeMessage with(Hello hello) {
    fields.put(Field.KEY, hello.id().publicKey());
    return with(Field.NAME, hello.name())
        .with(Field.INSTANCE, hello.instance())
        .with(Field.WINDOW, hello.window())
        .with(Field.RESUME_MILLIS, hello.resumeMillis());
  }

  long number(Field field) throws HandshakeException {
    byte[] value = fields.get(field);
    if (value == null || value.length != 8) {
      throw HandshakeException.refuse(
          Code.INVALID_ARGUMENT, "the handshake lacks its " + field.name());
    }
    return ByteBuffer.wrap(value).getLong();
  }

  /** The text, with everything that is not plain replaced: it may go into a log line. */
  String text(Field field) {
    byte[] value = fields.get(field);
    return value == null
        ? ""
        : new String(value, StandardCharsets.UTF_8)
            .replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cn}]", "?");
  }

  Hello hello() throws HandshakeException {
    byte[] key = fields.get(Field.KEY);
    String name = text(Field.NAME);
    long window = number(Field.WINDOW);
    long resumeMillis = number(Field.RESUME_MILLIS);
    if (key == null || key.length != 32 || name.isEmpty() || name.length() > 128) {
      throw HandshakeException.refuse(Code.INVALID_ARGUMENT, "the peer does not say who it is");
    }
    if (window < 0 || resumeMillis < 0) {
      throw HandshakeException.refuse(Code.INVALID_ARGUMENT, "the peer's limits make no sense");
    }
    return new Hello(AgentId.ofPublicKey(key), name, number(Field.INSTANCE), window, resumeMillis);
  }
}
