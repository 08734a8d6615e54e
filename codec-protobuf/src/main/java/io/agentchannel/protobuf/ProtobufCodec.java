package io.agentchannel.protobuf;

import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Codec;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import java.lang.reflect.Type;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Generated protobuf messages by their class: {@code Operation.unary("ask", MyRequest.class,
 * MyReply.class)}. Found on the class path; nothing needs to be registered.
 *
 * <p>A message travels as {@value #CONTENT_TYPE}. What arrives may also say that it is {@code
 * application/x-protobuf} or plain bytes; anything else, JSON say, is refused. Unknown fields are
 * kept, so that adding a field breaks neither side. Thread-safe.
 */
public final class ProtobufCodec implements Codec {
  public static final String CONTENT_TYPE = "application/protobuf";

  private static final Set<String> TAKEN =
      Set.of(
          CONTENT_TYPE, "application/x-protobuf", "application/vnd.google.protobuf", Payload.BYTES);

  /** The parser of each class, found once; classes can still be unloaded. */
  private static final ClassValue<Parser<?>> PARSERS =
      new ClassValue<>() {
        @Override
        protected Parser<?> computeValue(Class<?> type) {
          return defaultOf(type).getParserForType();
        }
      };

  /** For {@link java.util.ServiceLoader}, or {@code AgentBuilder.codec}. */
  public ProtobufCodec() {}

  /** Generated classes only: {@code Message} itself does not say what to read. */
  @Override
  public boolean supports(Type type) {
    return type instanceof Class<?> known
        && Message.class.isAssignableFrom(known)
        && hasDefault(known);
  }

  @Override
  public Payload encode(@Nullable Object value, Type type) {
    if (!(value instanceof Message message)) {
      throw new IllegalArgumentException("protobuf has no null");
    }
    return Payload.of(CONTENT_TYPE, message.toByteArray());
  }

  @Override
  public Object decode(Payload payload, Type type) {
    String mediaType = mediaTypeOf(payload.contentType());
    if (!TAKEN.contains(mediaType)) {
      throw unreadable(type, "it is to be " + CONTENT_TYPE);
    }
    try {
      return PARSERS
          .get((Class<?>) type)
          .parseFrom(payload.body(), ExtensionRegistryLite.getEmptyRegistry());
    } catch (InvalidProtocolBufferException e) {
      throw unreadable(type, "it is not what protobuf makes of one");
    }
  }

  /** Protobuf has no text to show; the name of the message leads to its fields. */
  @Override
  public String shapeOf(Type type) {
    return "protobuf " + defaultOf((Class<?>) type).getDescriptorForType().getFullName();
  }

  private static String mediaTypeOf(String contentType) {
    int parameters = contentType.indexOf(';');
    String bare = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return bare.strip().toLowerCase(Locale.ROOT);
  }

  private static AgentException unreadable(Type type, String why) {
    return new AgentException(
        Code.INVALID_ARGUMENT,
        Outcome.UNKNOWN,
        "cannot read " + ((Class<?>) type).getSimpleName() + ": " + why);
  }

  private static boolean hasDefault(Class<?> type) {
    try {
      defaultOf(type);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Message defaultOf(Class<?> type) {
    try {
      return (Message) type.getMethod("getDefaultInstance").invoke(null);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalArgumentException(type + " is no generated message", e);
    }
  }
}
