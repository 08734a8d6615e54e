package io.agentchannel.core.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import io.agentchannel.Codec;
import io.agentchannel.Payload;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON for every type that no other codec takes; {@link Json} says what its rules are. A {@code
 * text/plain} payload is read as a JSON string, for the types that are written as one.
 */
final class JsonCodec implements Codec {
  /** Up to here a copy is cheaper than a stream, which brings a buffer of its own. */
  private static final int COPIED_BYTES = 8 * 1024;

  private final ConcurrentMap<Type, Access> byType = new ConcurrentHashMap<>();

  private record Access(ObjectReader reader, ObjectWriter writer) {}

  @Override
  public boolean supports(Type type) {
    return true;
  }

  @Override
  public Payload encode(@Nullable Object value, Type type) throws CodecException {
    try {
      return Payload.of(Payload.JSON, access(type).writer().writeValueAsBytes(value));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new CodecException("it has no JSON form, see the cause", e);
    }
  }

  @Override
  public @Nullable Object decode(Payload payload, Type type) throws CodecException {
    ObjectReader reader = access(type).reader();
    MediaType mediaType = MediaType.of(payload);
    try {
      if (mediaType.isText()) {
        return reader.readValue(TextNode.valueOf(TextCodec.decode(payload)));
      }
      if (!mediaType.isJson() || !mediaType.isUtf8()) {
        throw CodecException.contentType(mediaType, "application/json");
      }
      if (payload.size() == 0) {
        throw new CodecException("it is empty");
      }
      return payload.size() <= COPIED_BYTES
          ? reader.readValue(payload.toByteArray())
          : reader.readValue(new ByteBufferBackedInputStream(payload.body()));
    } catch (JsonProcessingException e) {
      throw JsonProblems.describe(e);
    } catch (IOException e) {
      throw new CodecException("it is not JSON", e);
    }
  }

  @Override
  public String shapeOf(Type type) {
    return JsonShape.of(type);
  }

  private Access access(Type type) {
    Access known = byType.get(type);
    return known != null ? known : byType.computeIfAbsent(type, JsonCodec::makeAccess);
  }

  private static Access makeAccess(Type type) {
    var javaType = Json.MAPPER.constructType(type);
    return new Access(Json.MAPPER.readerFor(javaType), Json.MAPPER.writerFor(javaType));
  }
}
