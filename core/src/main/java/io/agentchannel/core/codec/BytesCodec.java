package io.agentchannel.core.codec;

import io.agentchannel.Codec;
import io.agentchannel.Payload;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** {@code byte[]}: sent as {@value Payload#BYTES}, taken from any content type. */
final class BytesCodec implements Codec {

  @Override
  public boolean supports(Type type) {
    return type == byte[].class;
  }

  @Override
  public Payload encode(@Nullable Object value, Type type) throws CodecException {
    if (value == null) {
      throw CodecException.noNull();
    }
    // Copied: the caller may use its array again while this is on the way.
    return Payload.ofBytes(((byte[]) value).clone());
  }

  @Override
  public Object decode(Payload payload, Type type) {
    return payload.toByteArray();
  }

  @Override
  public String shapeOf(Type type) {
    return "bytes";
  }
}
