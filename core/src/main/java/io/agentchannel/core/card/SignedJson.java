package io.agentchannel.core.card;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentchannel.AgentId;
import io.agentchannel.core.security.IdentityKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * A JSON object with a signature in it. What is signed is the purpose and the object without its
 * {@code signature}, in the canonical form of RFC 8785; there are no fractions in it, so that form
 * is: names in order, no white space, nothing escaped that need not be.
 */
final class SignedJson {
  static final int MAX_BYTES = 1 << 20;

  private static final String SIGNATURE = "signature";
  private static final byte[] PURPOSE =
      "agentchannel card v1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_DEPTH = 32;

  static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SignedJson() {}

  static byte[] sign(ObjectNode object, IdentityKey key) {
    try {
      ObjectNode signed = object.deepCopy();
      signed.put(SIGNATURE, encoded(key.sign(toSign(object))));
      return MAPPER.writeValueAsBytes(signed);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers is JSON", e);
    }
  }

  /**
   * The object, if the agent of this id has signed it.
   *
   * @throws IOException if it is no such object, or somebody else's, or was changed; the message
   *     says which
   */
  static ObjectNode verified(byte[] json, AgentId signer) throws IOException {
    if (json.length > MAX_BYTES) {
      throw new IOException("it is longer than 1 MiB");
    }
    JsonNode tree;
    try {
      tree = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IOException("it is no JSON", e);
    }
    if (!(tree instanceof ObjectNode object) || !object.path(SIGNATURE).isTextual()) {
      throw new IOException("it is not signed");
    }
    byte[] signature = decoded(object.remove(SIGNATURE).textValue());
    if (!IdentityKey.verify(signer, toSign(object), signature)) {
      throw new IOException("it is not signed by " + signer + ", or was changed since");
    }
    return object;
  }

  /** Only what the encoder writes: an agent's card has one text, not several. */
  private static byte[] decoded(String text) throws IOException {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (encoded(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // The same answer as for one with loose ends.
    }
    throw new IOException("its signature is damaged");
  }

  private static String encoded(byte[] signature) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  private static byte[] toSign(ObjectNode object) throws JsonProcessingException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(PURPOSE);
    bytes.writeBytes(MAPPER.writeValueAsBytes(canonical(object)));
    return bytes.toByteArray();
  }

  private static JsonNode canonical(JsonNode node) {
    if (node instanceof ObjectNode object) {
      Map<String, JsonNode> fields = new TreeMap<>();
      object.properties().forEach(f -> fields.put(f.getKey(), canonical(f.getValue())));
      ObjectNode sorted = JsonNodeFactory.instance.objectNode();
      sorted.setAll(fields);
      return sorted;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      array.forEach(item -> copy.add(canonical(item)));
      return copy;
    }
    return node;
  }
}
