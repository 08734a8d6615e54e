package io.agentchannel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One message as it travels: bytes and their content type (RFC 9110, section 8.3).
 *
 * <p>Immutable as long as the array or buffer it wraps is left alone: nothing is copied on the way
 * in. Thread-safe.
 */
public final class Payload {
  public static final String JSON = "application/json";
  public static final String BYTES = "application/octet-stream";
  public static final String TEXT = "text/plain; charset=utf-8";

  private final String contentType;
  private final ByteBuffer body;

  private Payload(String contentType, ByteBuffer body) {
    if (contentType.isEmpty()) {
      throw new IllegalArgumentException("a payload needs a content type");
    }
    this.contentType = contentType;
    this.body = body;
  }

  /** Wraps the array, which must not change from here on. */
  public static Payload of(String contentType, byte[] body) {
    return new Payload(contentType, ByteBuffer.wrap(body));
  }

  /** Wraps what remains of the buffer, whose bytes must not change from here on. */
  public static Payload of(String contentType, ByteBuffer body) {
    return new Payload(contentType, body.slice());
  }

  /** Plain bytes, {@value #BYTES}. */
  public static Payload ofBytes(byte[] body) {
    return of(BYTES, body);
  }

  /** A text, {@value #TEXT}. */
  public static Payload ofText(String text) {
    return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** JSON text, {@value #JSON}; not checked to be JSON. */
  public static Payload ofJson(String json) {
    return of(JSON, json.getBytes(StandardCharsets.UTF_8));
  }

  public String contentType() {
    return contentType;
  }

  /** The length of the body in bytes. */
  public int size() {
    return body.remaining();
  }

  /** A read-only view of the body with a position of its own. */
  public ByteBuffer body() {
    return body.asReadOnlyBuffer();
  }

  /** The body, copied. */
  public byte[] toByteArray() {
    byte[] bytes = new byte[body.remaining()];
    body.duplicate().get(bytes);
    return bytes;
  }

  /** The body as UTF-8 text, whatever the content type says; malformed input is replaced. */
  public String utf8() {
    return StandardCharsets.UTF_8.decode(body.duplicate()).toString();
  }

  /** Same content type (to the letter) and same bytes. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Payload payload
        && payload.contentType.equals(contentType)
        && payload.body.equals(body);
  }

  @Override
  public int hashCode() {
    return 31 * contentType.hashCode() + body.hashCode();
  }

  /** Content type and size; never the content, which may be a secret. */
  @Override
  public String toString() {
    return contentType + ", " + size() + " bytes";
  }
}
