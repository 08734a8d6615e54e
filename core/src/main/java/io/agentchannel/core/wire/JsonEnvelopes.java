package io.agentchannel.core.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/**
 * Envelopes as JSON texts, the sub-protocol {@code agentchannel.v1+json} for plain WebSocket
 * clients and for people. One text is one envelope and holds whole messages, however large; whoever
 * reads bounds the text.
 *
 * <pre>{@code
 * {"kind":"open","exchange":"any","operation":"ask","body":{"text":"why"},"last":true,
 *  "metadata":{"trace":"1"},"key":"order-7","timeout":"5s"}
 * {"kind":"item","exchange":"any","seq":1,"body":{"text":"because"},"last":true}
 * {"kind":"end","exchange":"any","seq":2,"status":{"code":"NOT_FOUND","outcome":"NOT_SENT",
 *  "message":"…","details":{}}}
 * {"kind":"cancel","exchange":"any"}
 * {"kind":"credit","exchange":"any","credit":65536,"ack":3}
 * {"kind":"ping","token":7}
 * }</pre>
 *
 * <p>A {@code body} of {@code application/json} is the value itself, one of {@code text/plain;
 * charset=utf-8} a string, any other {@code {"base64":"…"}}; {@code contentType} says which, and is
 * only needed where the value alone would be taken for another: for a JSON string, for the JSON
 * object {@code {"base64":"…"}}, and for types beside these and {@code application/octet-stream}.
 * {@code timeout} is milliseconds, or a number with {@code ms}, {@code s}, {@code m} or {@code h}.
 * {@code code} is {@code OK} or the name of a {@link io.agentchannel.Code}. Metadata's names are
 * read in lower case. {@code seq} may be left out by those who do not count; {@code attempt} does
 * not travel. Unknown members are passed over.
 *
 * <p>Thread-safe.
 */
public final class JsonEnvelopes {

  /** For texts from the network. */
  static final JsonFactory STRICT =
      factory(WireLimits.MAX_JSON_DEPTH)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** For writing, and for the JSON of our own handlers, which may be as deep as Jackson allows. */
  static final JsonFactory OWN = factory(StreamReadConstraints.DEFAULT_MAX_DEPTH).build();

  private JsonEnvelopes() {}

  /**
   * What a text said.
   *
   * @param exchange the client's name for the exchange, 1 to 128 characters; empty for ping and
   *     pong
   * @param envelope its {@code exchange} is 0 and its {@code mine} false, since the name stands for
   *     them; its {@code seq} is 0 if the text has none (1 for OPEN), its {@code attempt} 1 for
   *     OPEN
   */
  public record Decoded(String exchange, Envelope envelope) {}

  /**
   * Writes an envelope. A body that is not what its content type promises (JSON that is none, text
   * that is not UTF-8) travels as base64; the former as {@code application/octet-stream}.
   *
   * @param exchange the client's name for the exchange; not written for ping and pong
   * @throws IllegalArgumentException for RESUME, DONE and GOAWAY, and for pieces of a message
   */
  public static String write(String exchange, Envelope e) {
    return JsonEnvelopeWriter.write(exchange, e);
  }

  /**
   * Reads an envelope.
   *
   * @throws MalformedPacketException if the text is not JSON, or not such an envelope; the message
   *     says what is wrong and where
   */
  public static Decoded read(String text) throws MalformedPacketException {
    return JsonEnvelopeReader.read(text);
  }

  private static JsonFactoryBuilder factory(int depth) {
    // Names come from strangers: they are neither interned nor kept for the next text.
    return new JsonFactoryBuilder()
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(depth)
                .maxDocumentLength(WireLimits.MAX_JSON_TEXT)
                .maxStringLength(WireLimits.MAX_JSON_TEXT)
                .build());
  }
}
