package io.agentchannel.core.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.agentchannel.Codec;
import io.agentchannel.Payload;
import java.lang.reflect.Type;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * {@code String}: sent as {@value Payload#TEXT}. Taken from {@code text/plain} in a charset that
 * every JVM has, from a JSON string, and from plain bytes as UTF-8. Malformed text is refused,
 * never repaired.
 */
final class TextCodec implements Codec {

  @Override
  public boolean supports(Type type) {
    return type == String.class;
  }

  @Override
  public Payload encode(@Nullable Object value, Type type) throws CodecException {
    if (value == null) {
      throw CodecException.noNull();
    }
    return Payload.ofText((String) value);
  }

  @Override
  public Object decode(Payload payload, Type type) throws CodecException {
    return decode(payload);
  }

  static String decode(Payload payload) throws CodecException {
    MediaType mediaType = MediaType.of(payload);
    if (mediaType.isText() || mediaType.isBytes()) {
      return text(payload, mediaType);
    }
    if (mediaType.isJson() && mediaType.isUtf8()) {
      return jsonString(payload);
    }
    throw CodecException.contentType(mediaType, "text/plain or a JSON string");
  }

  private static String text(Payload payload, MediaType mediaType) throws CodecException {
    try {
      return charset(mediaType).newDecoder().decode(payload.body()).toString();
    } catch (CharacterCodingException e) {
      throw new CodecException("it is not text in its charset", e);
    }
  }

  /** By name, so that what a peer writes never makes the JVM look for a charset provider. */
  private static Charset charset(MediaType mediaType) throws CodecException {
    String name = mediaType.charset();
    if (name == null) {
      return StandardCharsets.UTF_8;
    }
    return switch (name) {
      case "utf-8" -> StandardCharsets.UTF_8;
      case "us-ascii" -> StandardCharsets.US_ASCII;
      case "iso-8859-1" -> StandardCharsets.ISO_8859_1;
      case "utf-16" -> StandardCharsets.UTF_16;
      case "utf-16be" -> StandardCharsets.UTF_16BE;
      case "utf-16le" -> StandardCharsets.UTF_16LE;
      default -> throw CodecException.contentType(mediaType, "charset=utf-8");
    };
  }

  private static String jsonString(Payload payload) throws CodecException {
    try {
      JsonNode node = Json.MAPPER.readTree(payload.toByteArray());
      if (node.isTextual()) {
        return node.textValue();
      }
    } catch (JsonProcessingException e) {
      throw JsonProblems.describe(e);
    } catch (java.io.IOException e) {
      throw new CodecException("it is not JSON", e);
    }
    throw new CodecException("it is JSON, but not a string");
  }

  @Override
  public String shapeOf(Type type) {
    return "text";
  }
}
