package io.agentchannel.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentchannel.Payload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes results: the bytes as they came, with a line end after text that has none; or, for
 * machines, a line of JSON each. Not thread-safe.
 */
final class Results {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OutputStream out;
  private final boolean json;

  Results(Console console, boolean json) {
    this.out = console.out();
    this.json = json;
  }

  /** Writes one result and lets it go at once: whoever reads may be waiting for it. */
  void write(Payload payload) throws IOException {
    if (json) {
      write(toJson(payload));
      return;
    }
    byte[] body = payload.toByteArray();
    out.write(body);
    if (Contents.isText(payload) && (body.length == 0 || body[body.length - 1] != '\n')) {
      out.write('\n');
    }
    out.flush();
  }

  /** Writes one line of JSON. */
  void write(JsonNode node) throws IOException {
    line(JSON.writeValueAsString(node));
  }

  /** Writes one line of text. */
  void line(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.write('\n');
    out.flush();
  }

  private static ObjectNode toJson(Payload payload) {
    ObjectNode node = JSON.createObjectNode();
    node.put("contentType", payload.contentType());
    if (Contents.isJson(payload)) {
      try {
        node.set("body", JSON.readTree(payload.utf8()));
        return node;
      } catch (JsonProcessingException notWhatItSays) {
        // Shown as the bytes it is.
      }
    } else if (Contents.isText(payload)) {
      return node.put("body", payload.utf8());
    }
    return node.put("base64", payload.toByteArray());
  }
}
