package io.agentchannel.core.codec;

import io.agentchannel.Codec;
import io.agentchannel.Payload;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** {@code Void}: nothing to say. Sent as JSON's null, and whatever comes is read as null. */
final class VoidCodec implements Codec {
  private static final Payload NOTHING = Payload.ofJson("null");

  @Override
  public boolean supports(Type type) {
    return type == Void.class || type == void.class;
  }

  @Override
  public Payload encode(@Nullable Object value, Type type) {
    return NOTHING;
  }

  @Override
  public @Nullable Object decode(Payload payload, Type type) {
    return null;
  }

  @Override
  public String shapeOf(Type type) {
    return "null";
  }
}
