package io.agentchannel.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEnvelopesTest {

  @Test
  void everyEnvelopeComesBackAsItWas() throws MalformedPacketException {
    RandomEnvelopes random = new RandomEnvelopes(31);
    for (int i = 0; i < 5_000; i++) {
      Envelope e = random.nextForJson();
      String exchange = e.kind().isOfExchange() ? "x\"é" + i : "";

      String text = JsonEnvelopes.write(exchange, e);
      JsonEnvelopes.Decoded back = JsonEnvelopes.read(text);

      assertThat(back.exchange()).isEqualTo(exchange);
      assertThat(Packets.parts(back.envelope())).as(text).isEqualTo(Packets.parts(e));
    }
  }

  @Test
  void anOpenIsReadAsAPersonWritesIt() throws MalformedPacketException {
    JsonEnvelopes.Decoded decoded =
        JsonEnvelopes.read(
            """
            {"timeout": "5s", "last": true,
             "exchange": "any string", "kind": "open", "operation": "ask",
             "body": {"text": "why", "n": 1.50}, "later": [{"a": 1}],
             "metadata": {"Trace": "T1"}, "key": "order-7", "call": "one-way"}
            """);

    Envelope e = decoded.envelope();
    assertThat(decoded.exchange()).isEqualTo("any string");
    assertThat(e.kind()).isEqualTo(Envelope.Kind.OPEN);
    assertThat(e.seq()).isEqualTo(1);
    assertThat(e.attempt()).isEqualTo(1);
    assertThat(e.ttl()).isEqualTo(5_000);
    assertThat(e.last()).isTrue();
    assertThat(e.contentType()).isEqualTo(Payload.JSON);
    assertThat(utf8(e)).isEqualTo("{\"text\":\"why\",\"n\":1.50}");
    assertThat(e.open())
        .isEqualTo(new Envelope.Open("ask", Map.of("trace", "T1"), "order-7", Call.Kind.ONE_WAY));
  }

  @Test
  void repliesAreWrittenAsTheProtocolShowsThem() {
    assertThat(JsonEnvelopes.write("a", item(Payload.JSON, "{\"text\":\"because\"}")))
        .isEqualTo(
            "{\"kind\":\"item\",\"exchange\":\"a\",\"seq\":1,\"body\":{\"text\":\"because\"},"
                + "\"last\":true}");
    Status status =
        new Status(Code.NOT_FOUND, Outcome.NOT_SENT, "nobody", Map.of("asked", "librarian"));
    assertThat(JsonEnvelopes.write("a", end(status)))
        .isEqualTo(
            "{\"kind\":\"end\",\"exchange\":\"a\",\"seq\":2,\"status\":{\"code\":\"NOT_FOUND\","
                + "\"outcome\":\"NOT_SENT\",\"message\":\"nobody\","
                + "\"details\":{\"asked\":\"librarian\"}}}");
    assertThat(JsonEnvelopes.write("a", end(Status.OK)))
        .isEqualTo("{\"kind\":\"end\",\"exchange\":\"a\",\"seq\":2,\"status\":{\"code\":\"OK\"}}");
    assertThat(JsonEnvelopes.write("", Envelope.pong(7)))
        .isEqualTo("{\"kind\":\"pong\",\"token\":7}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // content type | body | what is written
        "application/json | {\"a\": 1} | \"body\":{\"a\": 1}",
        "application/json | [1] | \"body\":[1]",
        "application/json | null | \"body\":null",
        "application/json | \"t\" | \"contentType\":\"application/json\",\"body\":\"t\"",
        "application/json | {\"base64\":\"eA==\"} |"
            + " \"contentType\":\"application/json\",\"body\":{\"base64\":\"eA==\"}",
        "application/json | {\"base64\":1} | \"body\":{\"base64\":1}",
        "application/json | {},\"kind\":\"end\" | \"body\":{\"base64\":\"e30sImtpbmQiOiJlbmQi\"}",
        "application/json | {\"a\" | \"body\":{\"base64\":\"eyJhIg==\"}",
        "application/json | `` | \"body\":{\"base64\":\"\"}",
        "text/plain; charset=utf-8 | hi \"é\" | \"body\":\"hi \\\"é\\\"\"",
        "text/plain; charset=utf-8 | `` | \"body\":\"\"",
        "application/octet-stream | abc | \"body\":{\"base64\":\"YWJj\"}",
        "application/octet-stream | `` | \"body\":{\"base64\":\"\"}",
        "text/html | <p> | \"contentType\":\"text/html\",\"body\":{\"base64\":\"PHA+\"}",
      })
  void aBodyIsWrittenAsItsTypeAsks(String contentType, String body, String written) {
    assertThat(JsonEnvelopes.write("a", item(contentType, body)))
        .isEqualTo(
            "{\"kind\":\"item\",\"exchange\":\"a\",\"seq\":1," + written + ",\"last\":true}");
  }

  @Test
  void textThatIsNotUtf8IsWrittenAsBytes() {
    Envelope e =
        EnvelopeRoundTripTest.item(Payload.TEXT, ByteBuffer.wrap(new byte[] {(byte) 0xff}));

    assertThat(JsonEnvelopes.write("a", e))
        .contains("\"contentType\":\"text/plain; charset=utf-8\",\"body\":{\"base64\":\"/w==\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // members | content type | body
        "\"body\":{\"b\" : [ 1, 2.50e+1 ]} | application/json | {\"b\":[1,2.50e+1]}",
        "\"body\":123456789012345678901234567890.10 | application/json |"
            + " 123456789012345678901234567890.10",
        "\"body\":1e400 | application/json | 1e400",
        "\"body\":null | application/json | null",
        "\"body\":true | application/json | true",
        "\"body\":\"h\\u00e9\" | text/plain; charset=utf-8 | hé",
        "\"body\":{\"base64\":\"YWJj\"} | application/octet-stream | abc",
        "\"body\":{\"base64\":\"\"} | application/octet-stream | ``",
        "\"body\":{\"base64\":\"YWJj\",\"a\":1} | application/json |"
            + " {\"base64\":\"YWJj\",\"a\":1}",
        "\"body\":{\"a\":{\"base64\":\"YWJj\"}} | application/json | {\"a\":{\"base64\":\"YWJj\"}}",
        "\"body\":[\"YWJj\"] | application/json | [\"YWJj\"]",
        "\"contentType\":\"application/json\",\"body\":\"t\" | application/json | \"t\"",
        "\"body\":\"t\",\"contentType\":\"Application/JSON; charset=utf-8\" | application/json |"
            + " \"t\"",
        "\"contentType\":\"application/json\",\"body\":{\"base64\":\"YWJj\"} | application/json |"
            + " {\"base64\":\"YWJj\"}",
        "\"body\":{\"base64\":\"YWJj\"},\"contentType\":\"image/png\" | image/png | abc",
        "\"contentType\":\"text/plain\",\"body\":\"t\" | text/plain | t",
        "\"contentType\":\"text/html\",\"body\":\"<p>\" | text/html | <p>",
        "\"contentType\":\"application/a+json\",\"body\":{\"a\":1} | application/a+json |"
            + " {\"a\":1}",
      })
  void aBodyIsReadAsItStands(String members, String contentType, String body)
      throws MalformedPacketException {
    Envelope e =
        JsonEnvelopes.read("{\"kind\":\"item\",\"exchange\":\"a\"," + members + "}").envelope();

    assertThat(e.contentType()).isEqualTo(contentType);
    assertThat(utf8(e)).isEqualTo(body);
  }

  @Test
  void anItemWithoutABodyBeginsNoMessage() throws MalformedPacketException {
    Envelope e =
        JsonEnvelopes.read("{\"kind\":\"item\",\"exchange\":\"a\",\"last\":true}").envelope();

    assertThat(e.contentType()).isEmpty();
    assertThat(e.body().hasRemaining()).isFalse();
    assertThat(e.seq()).isZero();
    assertThat(e.last()).isTrue();
  }

  @Test
  void aBodyMayBeLargerThanAnEnvelopeOfAPacket() throws MalformedPacketException {
    byte[] large = new byte[17 * 1024 * 1024];

    String text =
        JsonEnvelopes.write("a", EnvelopeRoundTripTest.item(Payload.BYTES, ByteBuffer.wrap(large)));

    assertThat(Packets.bodyOf(JsonEnvelopes.read(text).envelope())).isEqualTo(large);
  }

  @Test
  void aCancelNeedsNoReason() throws MalformedPacketException {
    Envelope e = JsonEnvelopes.read("{\"kind\":\"cancel\",\"exchange\":\"a\"}").envelope();

    assertThat(e.status().code()).isEqualTo(Code.CANCELLED);
    assertThat(e.status().outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "250, 250",
    "'\"250ms\"', 250",
    "'\"5s\"', 5000",
    "'\"2m\"', 120000",
    "'\"1h\"', 3600000",
    "'\"999999999999h\"', 3599999999996400000",
    "9223372036854775807, 9223372036854775807",
  })
  void aTimeoutIsADurationOrMilliseconds(String timeout, long millis)
      throws MalformedPacketException {
    assertThat(JsonEnvelopes.read(open("\"timeout\":" + timeout)).envelope().ttl())
        .isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-5",
        "\"\"",
        "\"5\"",
        "\"5 s\"",
        "\"-5s\"",
        "\"0s\"",
        "1.5",
        "true",
        "null",
        "{}",
        "\"1000000000000s\"",
        "9223372036854775808",
      })
  void anyOtherTimeoutIsMalformed(String timeout) {
    assertThatThrownBy(() -> JsonEnvelopes.read(open("\"timeout\":" + timeout)))
        .isInstanceOf(MalformedPacketException.class);
  }

  @Test
  void whatHasNoJsonFormIsNotWritten() {
    for (Envelope e :
        new Envelope[] {
          Envelope.goAway(Status.OK), Envelope.done(new Envelope.Done(1, 1, new long[0]))
        }) {
      assertThatThrownBy(() -> JsonEnvelopes.write("a", e))
          .isInstanceOf(IllegalArgumentException.class);
    }
    Envelope piece = EnvelopeRoundTripTest.item("", ByteBuffer.allocate(1));
    assertThatThrownBy(() -> JsonEnvelopes.write("a", piece))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pieces");
  }

  static String open(String members) {
    return "{\"kind\":\"open\",\"exchange\":\"a\",\"operation\":\"ask\"," + members + "}";
  }

  private static Envelope item(String contentType, String body) {
    return new Envelope(
        Envelope.Kind.ITEM,
        false,
        1,
        1,
        0,
        0,
        0,
        true,
        false,
        0,
        0,
        contentType,
        ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)),
        null,
        null,
        null,
        0);
  }

  private static Envelope end(Status status) {
    return new Envelope(
        Envelope.Kind.END,
        false,
        1,
        2,
        0,
        0,
        0,
        false,
        false,
        0,
        0,
        "",
        Envelope.noBody(),
        null,
        status,
        null,
        0);
  }

  private static String utf8(Envelope e) {
    return new String(Packets.bodyOf(e), StandardCharsets.UTF_8);
  }
}
