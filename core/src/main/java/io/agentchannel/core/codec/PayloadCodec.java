package io.agentchannel.core.codec;

import io.agentchannel.Codec;
import io.agentchannel.Payload;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Passes payloads through as they are. */
final class PayloadCodec implements Codec {

  @Override
  public boolean supports(Type type) {
    return type == Payload.class;
  }

  @Override
  public Payload encode(@Nullable Object value, Type type) throws CodecException {
    if (value == null) {
      throw CodecException.noNull();
    }
    return (Payload) value;
  }

  @Override
  public Object decode(Payload payload, Type type) {
    return payload;
  }

  @Override
  public String shapeOf(Type type) {
    return "bytes of any content type";
  }
}
