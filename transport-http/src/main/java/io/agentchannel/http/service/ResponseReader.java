package io.agentchannel.http.service;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import okhttp3.MediaType;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes replies of a response that is one. For a unary call the body is the reply. For a stream it
 * is server-sent events, lines of JSON, the elements of a JSON array, or else one item. Blocks.
 */
final class ResponseReader {
  private static final JsonFactory JSON = new JsonFactory();

  /** How some services say that a stream of events is complete. */
  private static final String DONE = "[DONE]";

  private final Call.Kind kind;
  private final ReplyLane lane;
  private final int maxReply;

  ResponseReader(Call.Kind kind, ReplyLane lane, int maxReply) {
    this.kind = kind;
    this.lane = lane;
    this.maxReply = maxReply;
  }

  void read(Response response) throws IOException, InterruptedException {
    BufferedSource body = response.body().source();
    MediaType type = response.body().contentType();
    if (kind == Call.Kind.UNARY) {
      whole(body, type);
      return;
    }
    lane.accepted();
    try {
      switch (type == null ? "" : type.type() + "/" + type.subtype()) {
        case "text/event-stream" -> events(body);
        case "application/x-ndjson", "application/ndjson", "application/jsonl" -> lines(body);
        case "application/json" -> values(body);
        default -> whole(body, type);
      }
    } catch (TooLargeException e) {
      lane.end(tooLarge(Outcome.UNKNOWN));
    } catch (JsonProcessingException e) {
      lane.end(
          new AgentException(
              Code.INTERNAL, Outcome.UNKNOWN, "the service says that this is JSON, and it is not"));
    }
  }

  private void whole(BufferedSource body, @Nullable MediaType type)
      throws IOException, InterruptedException {
    if (body.request(maxReply + 1L)) {
      lane.end(tooLarge(Outcome.PROCESSED));
      return;
    }
    lane.item(
        Payload.of(type == null ? Payload.BYTES : type.toString(), body.readByteArray()), true);
  }

  private void lines(BufferedSource body) throws IOException, InterruptedException {
    Lines lines = new Lines(body, maxReply);
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (!line.isBlank()) {
        lane.item(Payload.ofJson(line), false);
      }
    }
    lane.end(lines.isTooLong() ? tooLarge(Outcome.UNKNOWN) : null);
  }

  private void events(BufferedSource body) throws IOException, InterruptedException {
    Lines lines = new Lines(body, maxReply);
    Events events = new Events(lines, maxReply);
    for (Events.Event event = events.next(); event != null; event = events.next()) {
      if (event.data().equals(DONE)) {
        lane.end(null);
        return;
      }
      if (event.name().equals("error")) {
        lane.end(ServiceFailures.ofEvent(event.data()));
        return;
      }
      lane.item(payloadOf(event.data()), false);
    }
    lane.end(lines.isTooLong() || events.isTooLong() ? tooLarge(Outcome.UNKNOWN) : null);
  }

  /** Events do not say what they are: an object, an array or a string of JSON is that. */
  private static Payload payloadOf(String data) {
    char first = data.isEmpty() ? ' ' : data.charAt(0);
    boolean json = (first == '{' || first == '[' || first == '"') && isJson(data);
    return json ? Payload.ofJson(data) : Payload.ofText(data);
  }

  private static boolean isJson(String data) {
    try (JsonParser parser = JSON.createParser(data)) {
      parser.nextToken();
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private void values(BufferedSource body) throws IOException, InterruptedException {
    // Jackson would guess other encodings; JSON that travels is UTF-8 (RFC 8259, section 8.1).
    Reader text = new InputStreamReader(body.inputStream(), StandardCharsets.UTF_8);
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        lane.item(value(parser), true);
        return;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        lane.item(value(parser), false);
      }
      lane.end(null);
    }
  }

  private Payload value(JsonParser parser) throws IOException {
    Bounded bytes = new Bounded(maxReply);
    try (JsonGenerator generator = JSON.createGenerator(bytes)) {
      generator.copyCurrentStructureExact(parser);
    }
    return Payload.of(Payload.JSON, bytes.toByteArray());
  }

  private AgentException tooLarge(Outcome outcome) {
    return new AgentException(
        Code.RESOURCE_EXHAUSTED,
        outcome,
        "the service's reply has more than " + maxReply + " bytes; raise http.maxReply");
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Bytes that are not more than allowed. */
  private static final class Bounded extends ByteArrayOutputStream {
    private final int most;

    Bounded(int most) {
      this.most = most;
    }

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException("bytes come together");
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      if (length > most - size()) {
        throw new TooLargeException();
      }
      super.write(bytes, from, length);
    }
  }

  private static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLargeException() {
      super(null, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
    }
  }
}
