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
 * bytes and a value. Unknown fields are skipped, so that later versions may add some. Encrypted
 * payloads are fields alone.
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
    MESSAGE(11),
    NOISE(12),
    SIGNATURE(13),
    GREETING(14),
    INVITE(15),
    AHEAD(16),
    NONCE(17);

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
    int step = readStep(packet);
    return readFields(step, packet);
  }

  /** What every handshake packet begins with; the rest is left in the buffer. */
  static int readStep(ByteBuffer packet) throws HandshakeException {
    if (packet.remaining() > MAX_BYTES) {
      throw HandshakeException.refuse(Code.INVALID_ARGUMENT, "a handshake packet is too large");
    }
    for (byte magic : MAGIC) {
      if (!packet.hasRemaining() || packet.get() != magic) {
        throw HandshakeException.refuse(
            Code.INVALID_ARGUMENT, "this is not an AgentChannel handshake");
      }
    }
    if (!packet.hasRemaining()) {
      throw cutShort();
    }
    return packet.get() & 0xff;
  }

  static HandshakeMessage readFields(int step, ByteBuffer bytes) throws HandshakeException {
    try {
      HandshakeMessage message = new HandshakeMessage(step);
      while (bytes.hasRemaining()) {
        Field field = Field.of(bytes.get() & 0xff);
        int length = bytes.getShort() & 0xffff;
        if (length > bytes.remaining()) {
          throw cutShort();
        }
        byte[] value = new byte[length];
        bytes.get(value);
        if (field != null && message.fields.put(field, value) != null) {
          throw HandshakeException.refuse(
              Code.INVALID_ARGUMENT, "a handshake field is there twice");
        }
      }
      return message;
    } catch (BufferUnderflowException e) {
      throw cutShort();
    }
  }

  private static HandshakeException cutShort() {
    return HandshakeException.refuse(Code.INVALID_ARGUMENT, "a handshake packet is cut short");
  }

  ByteBuffer write() {
    return write(fieldBytes());
  }

  /** A packet of this step that has other bytes than fields. */
  ByteBuffer write(byte[] rest) {
    return ByteBuffer.allocate(MAGIC.length + 1 + rest.length)
        .put(MAGIC)
        .put((byte) step)
        .put(rest)
        .flip();
  }

  byte[] fieldBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    fields.forEach(
        (field, value) -> {
          out.write(field.number);
          out.write(value.length >>> 8);
          out.write(value.length);
          out.writeBytes(value);
        });
    return out.toByteArray();
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

  HandshakeMessage with(Field field, byte[] value) {
    fields.put(field, value);
    return this;
  }

  /** Everything but the secret of an invitation. */
  HandshakeMessage with(Hello hello) {
    if (hello.greeting().length > 0) {
      fields.put(Field.GREETING, hello.greeting());
    }
    return with(Field.KEY, hello.id().publicKey())
        .with(Field.NAME, hello.name())
        .with(Field.INSTANCE, hello.instance())
        .with(Field.WINDOW, hello.window())
        .with(Field.RESUME_MILLIS, hello.resumeMillis())
        .with(Field.AHEAD, hello.ahead());
  }

  HandshakeMessage withInvite(byte @Nullable [] invite) {
    return invite == null ? this : with(Field.INVITE, invite);
  }

  long number(Field field) throws HandshakeException {
    return ByteBuffer.wrap(bytes(field, Long.BYTES)).getLong();
  }

  /** The bytes; null if the field is not there. */
  byte @Nullable [] bytes(Field field) {
    return fields.get(field);
  }

  /**
   * @throws HandshakeException if the field is not there, or not of this length
   */
  byte[] bytes(Field field, int length) throws HandshakeException {
    byte[] value = fields.get(field);
    if (value == null || value.length != length) {
      throw lacks(field);
    }
    return value;
  }

  private static HandshakeException lacks(Field field) {
    return HandshakeException.refuse(
        Code.INVALID_ARGUMENT, "the handshake lacks its " + field.name());
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
    if (key == null || key.length != 32 || name.isEmpty() || name.length() > 128) {
      throw HandshakeException.refuse(Code.INVALID_ARGUMENT, "the peer does not say who it is");
    }
    byte[] greeting = fields.getOrDefault(Field.GREETING, new byte[0]);
    byte[] invite = fields.get(Field.INVITE);
    if (greeting.length > Hello.MAX_GREETING
        || (invite != null && invite.length > Hello.MAX_INVITE)) {
      throw HandshakeException.refuse(Code.INVALID_ARGUMENT, "a handshake field is too long");
    }
    return new Hello(
        AgentId.ofPublicKey(key),
        name,
        number(Field.INSTANCE),
        limit(Field.WINDOW),
        limit(Field.RESUME_MILLIS),
        limit(Field.AHEAD),
        greeting,
        invite);
  }

  private long limit(Field field) throws HandshakeException {
    long limit = number(field);
    if (limit < 0) {
      throw HandshakeException.refuse(Code.INVALID_ARGUMENT, "the peer's limits make no sense");
    }
    return limit;
  }
}
