package io.agentchannel.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentchannel.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a request holds. */
final class DataOptions {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Option(
      names = "--data",
      paramLabel = "D",
      order = 10,
      description = "What to send: a text, @FILE for a file's content, - for standard input.")
  @Nullable String data;

  @Option(
      names = "--content-type",
      paramLabel = "TYPE",
      order = 11,
      description =
          "What it is. By default application/json where it is a JSON object or array, text/plain"
              + " where it is UTF-8, application/octet-stream otherwise.")
  @Nullable String contentType;

  boolean isGiven() {
    return data != null;
  }

  /** Reads it; nothing given is an empty text. */
  Payload read(InputStream in) throws IOException {
    return payload(bytes(in));
  }

  /** A body of the content type that was asked for, or that it looks like. */
  Payload payload(byte[] body) {
    if (contentType == null) {
      return Payload.of(looksLikeJson(body) ? Payload.JSON : Contents.textOrBytes(body), body);
    }
    if (contentType.isBlank()) {
      throw CommandFailure.usage("--content-type takes a media type, text/plain say");
    }
    return Payload.of(contentType, body);
  }

  private byte[] bytes(InputStream in) throws IOException {
    if (data == null) {
      return new byte[0];
    }
    if (data.equals("-")) {
      return in.readAllBytes();
    }
    return data.startsWith("@")
        ? Files.readAllBytes(Path.of(data.substring(1)))
        : data.getBytes(StandardCharsets.UTF_8);
  }

  /** Numbers and words are JSON too, but more often just text. */
  private static boolean looksLikeJson(byte[] body) {
    int first = 0;
    while (first < body.length && Character.isWhitespace(body[first])) {
      first++;
    }
    if (first == body.length || (body[first] != '{' && body[first] != '[')) {
      return false;
    }
    try {
      JSON.readTree(body);
      return true;
    } catch (JsonProcessingException notJson) {
      return false;
    } catch (IOException impossible) {
      return false;
    }
  }
}
