package io.agentchannel;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into payloads and back. The runtime asks the codecs in order, those of {@link
 * AgentBuilder#codec} first, then those that {@link java.util.ServiceLoader} finds, and uses the
 * first that supports the declared type. Built in: {@link Payload} as it is, {@code byte[]}, {@code
 * String} as text, and JSON for all else. Generated protobuf messages are taken where {@code
 * agentchannel-codec-protobuf} is on the class path, which the gRPC transport brings along.
 *
 * <p>Implementations are thread-safe. Both methods are called with a type that {@link #supports}
 * said yes to. What they throw becomes {@link Code#INVALID_ARGUMENT} where the bytes came from the
 * peer, and reaches the local caller otherwise.
 */
public interface Codec {

  boolean supports(Type type);

  /** Encodes a value of the type; {@code value} may be null only where the format has a null. */
  Payload encode(@Nullable Object value, Type type) throws Exception;

  /** Decodes, checking the payload's content type first; null only where the format has a null. */
  @Nullable Object decode(Payload payload, Type type) throws Exception;

  /**
   * The shape of the type for people and for {@code agentchannel describe}: an example in the
   * codec's own format, such as {@code {"text":"string"}}.
   */
  default String shapeOf(Type type) {
    return type.getTypeName();
  }
}
