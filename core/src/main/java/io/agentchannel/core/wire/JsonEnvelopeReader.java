package io.agentchannel.core.wire;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.core.wire.Envelope.Kind;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what {@link JsonEnvelopes} describes. One reader for one text. */
final class JsonEnvelopeReader {
  private static final Map<String, Kind> KINDS = kindsByName();
  private static final Map<String, Call.Kind> CALLS = callsByName();
  private static final Status CANCELLED =
      Status.of(Code.CANCELLED, Outcome.UNKNOWN, "cancelled by the caller");

  private final JsonParser in;
  private final JsonValues values;

  private @Nullable Kind kind;
  private String exchange = "";
  private long seq;
  private long ack;
  private long credit = -1;
  private long ttl;
  private long token;
  private boolean last;
  private @Nullable String operation;
  private Call.@Nullable Kind call;
  private @Nullable String key;
  private @Nullable Map<String, String> metadata;
  private @Nullable String contentType;
  private @Nullable JsonBody body;
  private @Nullable Status status;

  private JsonEnvelopeReader(JsonParser in) {
    this.in = in;
    this.values = new JsonValues(in);
  }

  static JsonEnvelopes.Decoded read(String text) throws MalformedPacketException {
    if (text.length() > WireLimits.MAX_JSON_TEXT) {
      throw new MalformedPacketException(
          "a text of more than " + WireLimits.MAX_JSON_TEXT + " characters");
    }
    try (JsonParser in = JsonEnvelopes.STRICT.createParser(text)) {
      JsonEnvelopeReader reader = new JsonEnvelopeReader(in);
      reader.readMembers();
      return reader.toEnvelope();
    } catch (JacksonException e) {
      JsonLocation at = e.getLocation();
      throw new MalformedPacketException(
          "not valid JSON"
              + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr())
              + ": "
              + e.getOriginalMessage());
    } catch (IOException e) {
      throw new MalformedPacketException("not valid JSON: " + e.getMessage());
    }
  }

  private void readMembers() throws IOException, MalformedPacketException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedPacketException("an envelope is a JSON object");
    }
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      switch (name) {
        case "kind" -> kind = values.oneOf(KINDS, "kind");
        case "exchange" -> exchange = values.text("exchange", WireLimits.MAX_JSON_EXCHANGE);
        case "seq" -> seq = values.number("seq");
        case "ack" -> ack = values.number("ack");
        case "credit" -> credit = values.number("credit");
        case "timeout" -> ttl = values.duration();
        case "token" -> token = values.number("token");
        case "last" -> last = values.flag("last");
        case "operation" -> operation = values.text("operation", WireLimits.MAX_OPERATION);
        case "call" -> call = values.oneOf(CALLS, "call");
        case "key" -> key = values.text("key", WireLimits.MAX_KEY);
        case "metadata" -> metadata = values.texts("metadata", true);
        case "contentType" ->
            contentType =
                ContentTypes.ofText(values.text("contentType", WireLimits.MAX_CONTENT_TYPE));
        case "body" -> body = JsonBody.read(in);
        case "status" -> status = status();
        default -> {
          if (value.isStructStart()) {
            in.skipChildren();
          }
        }
      }
    }
    if (in.nextToken() != null) {
      throw new MalformedPacketException("something follows the envelope");
    }
  }

  private JsonEnvelopes.Decoded toEnvelope() throws MalformedPacketException {
    Kind kind = this.kind;
    if (kind == null) {
      throw new MalformedPacketException("an envelope has a member kind");
    }
    if (kind.isOfExchange() == exchange.isEmpty()) {
      throw new MalformedPacketException(
          kind + (exchange.isEmpty() ? " needs a member exchange, not empty" : " has no exchange"));
    }
    boolean opens = kind == Kind.OPEN;
    if (opens && seq > 1) {
      throw new MalformedPacketException("OPEN with another seq than 1");
    }
    if (kind == Kind.CREDIT && credit < 0) {
      throw new MalformedPacketException("CREDIT needs a member credit");
    }
    Payload payload = payload();
    Envelope envelope =
        new Envelope(
            kind,
            false,
            0,
            opens ? 1 : seq,
            ack,
            Math.max(credit, 0),
            opens ? 1 : 0,
            last,
            false,
            0,
            ttl,
            payload == null ? "" : payload.contentType(),
            payload == null ? Envelope.noBody() : payload.body(),
            open(opens),
            kind == Kind.CANCEL && status == null ? CANCELLED : status,
            null,
            token);
    EnvelopeRules.checkParts(envelope);
    return new JsonEnvelopes.Decoded(exchange, envelope);
  }

  private @Nullable Payload payload() throws MalformedPacketException {
    if (body != null) {
      return body.toPayload(contentType);
    }
    if (contentType != null) {
      throw new MalformedPacketException("a contentType without a body");
    }
    return null;
  }

  private Envelope.@Nullable Open open(boolean opens) throws MalformedPacketException {
    if (!opens) {
      if (operation != null || call != null || key != null || metadata != null) {
        throw new MalformedPacketException("only an open has operation, call, key and metadata");
      }
      return null;
    }
    if (operation == null) {
      throw new MalformedPacketException("OPEN needs a member operation");
    }
    return OpenMessage.checked(
        new Envelope.Open(operation, metadata == null ? Map.of() : metadata, key, call));
  }

  private Status status() throws IOException, MalformedPacketException {
    values.requireObject("status");
    String code = null;
    Outcome outcome = Outcome.UNKNOWN;
    String message = "";
    Map<String, String> details = Map.of();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      switch (name) {
        case "code" -> code = values.text("code", 64);
        case "outcome" -> outcome = outcomeOf(values.text("outcome", 64));
        case "message" -> message = values.text("message", WireLimits.MAX_MESSAGE);
        case "details" -> details = values.texts("details", false);
        default -> {
          if (value.isStructStart()) {
            in.skipChildren();
          }
        }
      }
    }
    if (code == null) {
      throw new MalformedPacketException("a status has a code");
    }
    return code.equals("OK")
        ? new Status(null, Outcome.PROCESSED, message, details)
        : new Status(codeOf(code), outcome, message, details);
  }

  private static Code codeOf(String name) throws MalformedPacketException {
    for (Code code : Code.values()) {
      if (code.name().equals(name)) {
        return code;
      }
    }
    throw new MalformedPacketException("an unknown code in a status");
  }

  private static Outcome outcomeOf(String name) throws MalformedPacketException {
    for (Outcome outcome : Outcome.values()) {
      if (outcome.name().equals(name)) {
        return outcome;
      }
    }
    throw new MalformedPacketException("an unknown outcome in a status");
  }

  private static Map<String, Kind> kindsByName() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      String name = JsonEnvelopeWriter.nameOf(kind);
      if (name != null) {
        kinds.put(name, kind);
      }
    }
    return Collections.unmodifiableMap(kinds);
  }

  private static Map<String, Call.Kind> callsByName() {
    Map<String, Call.Kind> calls = new LinkedHashMap<>();
    for (Call.Kind call : Call.Kind.values()) {
      calls.put(JsonEnvelopeWriter.nameOf(call), call);
    }
    return Collections.unmodifiableMap(calls);
  }
}
