package io.agentchannel.core.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Payload;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes what {@link JsonEnvelopes} describes. */
final class JsonEnvelopeWriter {
  private final JsonGenerator json;

  private JsonEnvelopeWriter(JsonGenerator json) {
    this.json = json;
  }

  static String write(String exchange, Envelope e) {
    String kind = nameOf(e.kind());
    if (kind == null) {
      throw new IllegalArgumentException(e.kind() + " has no JSON form");
    }
    if (e.more() || (e.contentType().isEmpty() && e.body().hasRemaining())) {
      throw new IllegalArgumentException("a JSON text holds whole messages, not pieces");
    }
    StringWriter text = new StringWriter(128 + e.body().remaining());
    try (JsonGenerator json = JsonEnvelopes.OWN.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("kind", kind);
      if (e.kind().isOfExchange()) {
        json.writeStringField("exchange", exchange);
      }
      new JsonEnvelopeWriter(json).members(e);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }

  static @Nullable String nameOf(Envelope.Kind kind) {
    return switch (kind) {
      case OPEN -> "open";
      case ITEM -> "item";
      case END -> "end";
      case CANCEL -> "cancel";
      case CREDIT -> "credit";
      case PING -> "ping";
      case PONG -> "pong";
      case RESUME, DONE, GOAWAY -> null;
    };
  }

  static String nameOf(Call.Kind call) {
    return call.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void members(Envelope e) throws IOException {
    if (e.kind() != Envelope.Kind.OPEN) {
      number("seq", e.seq());
    }
    number("ack", e.ack());
    if (e.kind() == Envelope.Kind.CREDIT) {
      json.writeNumberField("credit", e.credit());
    } else {
      number("credit", e.credit());
    }
    Envelope.Open open = e.open();
    if (open != null) {
      open(open);
    }
    number("timeout", e.ttl());
    body(e.contentType(), e.body());
    if (e.last()) {
      json.writeBooleanField("last", true);
    }
    Status status = e.status();
    if (status != null) {
      status(status);
    }
    number("token", e.token());
  }

  private void open(Envelope.Open open) throws IOException {
    json.writeStringField("operation", open.operation());
    Call.Kind call = open.call();
    if (call != null) {
      json.writeStringField("call", nameOf(call));
    }
    String key = open.key();
    if (key != null) {
      json.writeStringField("key", key);
    }
    texts("metadata", open.metadata());
  }

  private void status(Status status) throws IOException {
    json.writeObjectFieldStart("status");
    Code code = status.code();
    if (code == null) {
      json.writeStringField("code", "OK");
    } else {
      json.writeStringField("code", code.name());
      json.writeStringField("outcome", status.outcome().name());
    }
    if (!status.message().isEmpty()) {
      json.writeStringField("message", status.message());
    }
    texts("details", status.details());
    json.writeEndObject();
  }

  private void body(String contentType, ByteBuffer body) throws IOException {
    switch (contentType) {
      case "" -> {}
      case Payload.JSON -> jsonBody(body);
      case Payload.TEXT -> {
        String text = Utf8.decode(body, body.position(), body.remaining());
        if (text == null) {
          base64(contentType, body);
        } else {
          json.writeStringField("body", text);
        }
      }
      default -> base64(contentType, body);
    }
  }

  private void jsonBody(ByteBuffer body) throws IOException {
    String text = Utf8.decode(body, body.position(), body.remaining());
    JsonBody.Shape shape = text == null ? JsonBody.Shape.NOT_JSON : JsonBody.shapeOf(text);
    if (shape == JsonBody.Shape.NOT_JSON) {
      base64(Payload.BYTES, body);
      return;
    }
    if (shape == JsonBody.Shape.AMBIGUOUS) {
      json.writeStringField("contentType", Payload.JSON);
    }
    json.writeFieldName("body");
    json.writeRawValue(text);
  }

  private void base64(String contentType, ByteBuffer body) throws IOException {
    if (!contentType.equals(Payload.BYTES)) {
      json.writeStringField("contentType", contentType);
    }
    byte[] bytes = new byte[body.remaining()];
    body.get(body.position(), bytes);
    json.writeObjectFieldStart("body");
    json.writeStringField(JsonBody.BASE64, Base64.getEncoder().encodeToString(bytes));
    json.writeEndObject();
  }

  private void number(String name, long value) throws IOException {
    if (value != 0) {
      json.writeNumberField(name, value);
    }
  }

  private void texts(String name, Map<String, String> texts) throws IOException {
    if (!texts.isEmpty()) {
      json.writeObjectFieldStart(name);
      for (Map.Entry<String, String> text : texts.entrySet()) {
        json.writeStringField(text.getKey(), text.getValue());
      }
      json.writeEndObject();
    }
  }
}
