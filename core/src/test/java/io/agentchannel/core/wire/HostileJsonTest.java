package io.agentchannel.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts that are malformed, and what is said of each; {@link JsonEnvelopeFuzz} tries the rest. */
class HostileJsonTest {

  @ParameterizedTest
  @MethodSource("malformed")
  void whatIsNoEnvelopeIsMalformedAndOneLineSaysWhy(String text, String message) {
    assertThatThrownBy(() -> JsonEnvelopes.read(text))
        .isInstanceOf(MalformedPacketException.class)
        .hasMessageContaining(message)
        .hasMessageMatching("[ -~]{1,240}");
  }

  static Stream<Arguments> malformed() {
    return Stream.of(json(), members(), values()).flatMap(cases -> cases);
  }

  private static Stream<Arguments> json() {
    String ping = "{\"kind\":\"ping\"}";
    return Stream.of(
        bad("nothing", "", "a JSON object"),
        bad("no JSON", "hello", "not valid JSON at line 1, column"),
        bad("an array", "[" + ping + "]", "a JSON object"),
        bad("a string", "\"open\"", "a JSON object"),
        bad("no end", "{\"kind\":\"ping\"", "not valid JSON"),
        bad("two", ping + ping, "something follows"),
        bad("something after", ping + " x", "not valid JSON"),
        bad("a comment", "/**/" + ping, "not valid JSON"),
        bad("a comma too many", "{\"kind\":\"ping\",}", "not valid JSON"),
        bad("a member twice", "{\"kind\":\"ping\",\"kind\":\"pong\"}", "Duplicate"),
        bad("a member of the body twice", item("\"body\":{\"a\":1,\"a\":2}"), "Duplicate"),
        bad("an unknown member twice", item("\"z\":{\"a\":1,\"a\":2}"), "Duplicate"),
        bad("NaN", item("\"body\":NaN"), "not valid JSON"),
        bad("a leading zero", item("\"body\":01"), "not valid JSON"),
        bad("a raw newline", item("\"body\":\"a\nb\""), "not valid JSON"),
        bad("half a surrogate pair", item("\"body\":\"\\ud83d\""), "surrogate"),
        bad("half a pair, nested", item("\"body\":[\"\\ude00\"]"), "surrogate"),
        bad("half a pair in a name", item("\"body\":{\"\\ude00\":1}"), "surrogate"),
        bad("half a pair in a key", JsonEnvelopesTest.open("\"key\":\"\\ud83d\""), "surrogate"),
        bad("too deep", item("\"body\":" + nested(64)), "not valid JSON"),
        bad("too deep, unknown", item("\"z\":" + nested(64)), "not valid JSON"),
        bad("far too deep", nested(1_000_000), "a JSON object"),
        bad("a number of many digits", item("\"body\":" + "1".repeat(1_001)), "not valid JSON"),
        bad("escapes for a log", "{\"\\u001b[31m\\n\":1,\"\\u001b[31m\\n\":1}", "Duplicate"));
  }

  private static Stream<Arguments> members() {
    return Stream.of(
        bad("no kind", "{\"exchange\":\"a\"}", "a member kind"),
        bad(
            "RESUME",
            "{\"kind\":\"resume\",\"exchange\":\"a\"}",
            "an unknown kind; there are open"),
        bad("kind in capitals", "{\"kind\":\"OPEN\"}", "an unknown kind"),
        bad("kind, not a string", "{\"kind\":1}", "kind is a string"),
        bad("no exchange", "{\"kind\":\"item\"}", "needs a member exchange"),
        bad("empty exchange", "{\"kind\":\"item\",\"exchange\":\"\"}", "needs a member exchange"),
        bad("exchange, a number", "{\"kind\":\"item\",\"exchange\":1}", "exchange is a string"),
        bad(
            "exchange, too long",
            "{\"kind\":\"item\",\"exchange\":\"" + "x".repeat(129) + "\"}",
            "exchange has more than 128"),
        bad("exchange of a ping", "{\"kind\":\"ping\",\"exchange\":\"a\"}", "has no exchange"),
        bad("open, no operation", "{\"kind\":\"open\",\"exchange\":\"a\"}", "member operation"),
        bad("open, seq", JsonEnvelopesTest.open("\"seq\":2"), "another seq"),
        bad("open, status", JsonEnvelopesTest.open("\"status\":{\"code\":\"OK\"}"), "a status"),
        bad("item, operation", item("\"operation\":\"ask\""), "only an open"),
        bad("item, key", item("\"key\":\"k\""), "only an open"),
        bad("item, call", item("\"call\":\"unary\""), "only an open"),
        bad("item, metadata", item("\"metadata\":{}"), "only an open"),
        bad("item, status", item("\"status\":{\"code\":\"OK\"}"), "a status"),
        bad("end, no status", "{\"kind\":\"end\",\"exchange\":\"a\"}", "no status"),
        bad(
            "end, body",
            "{\"kind\":\"end\",\"exchange\":\"a\",\"status\":{\"code\":\"OK\"},\"body\":1}",
            "a body"),
        bad("cancel, body", "{\"kind\":\"cancel\",\"exchange\":\"a\",\"body\":1}", "a body"),
        bad("credit, none", "{\"kind\":\"credit\",\"exchange\":\"a\"}", "a member credit"),
        bad("ping, body", "{\"kind\":\"ping\",\"body\":1}", "a body"),
        bad("a type, no body", item("\"contentType\":\"a/b\""), "without a body"));
  }

  private static Stream<Arguments> values() {
    StringBuilder many = new StringBuilder("\"n\":\"\"");
    for (int i = 0; i < 64; i++) {
      many.append(",\"n").append(i).append("\":\"\"");
    }
    String large = "\"n\":\"" + "x".repeat(16 * 1024) + "\"";
    return Stream.of(
        bad("seq, negative", item("\"seq\":-1"), "seq is a whole number"),
        bad("seq, broken", item("\"seq\":1.5"), "seq is a whole number"),
        bad("seq, a string", item("\"seq\":\"1\""), "seq is a whole number"),
        bad("seq, null", item("\"seq\":null"), "seq is a whole number"),
        bad("seq, an object", item("\"seq\":{}"), "seq is a whole number"),
        bad("seq, too large", item("\"seq\":9223372036854775808"), "not valid JSON"),
        bad("ack, negative", item("\"ack\":-1"), "ack is a whole number"),
        bad("credit, negative", item("\"credit\":-1"), "credit is a whole number"),
        bad("last, a number", item("\"last\":1"), "last is true or false"),
        bad("last, null", item("\"last\":null"), "last is true or false"),
        bad(
            "operation's name",
            "{\"kind\":\"open\",\"exchange\":\"a\",\"operation\":\"a/b\"}",
            "name"),
        bad("key, empty", JsonEnvelopesTest.open("\"key\":\"\""), "key has 1 to 256"),
        bad("key, long", item("\"key\":\"" + "x".repeat(257) + "\""), "key has more than 256"),
        bad(
            "call",
            JsonEnvelopesTest.open("\"call\":\"UNARY\""),
            "an unknown call; there are unary"),
        bad("metadata, an array", item("\"metadata\":[]"), "metadata is an object"),
        bad("metadata, a number", item("\"metadata\":{\"a\":1}"), "each value of metadata"),
        bad("metadata, nested", item("\"metadata\":{\"a\":{}}"), "each value of metadata"),
        bad("metadata, twice", item("\"metadata\":{\"a\":\"\",\"A\":\"\"}"), "a name twice"),
        bad("metadata, many", item("\"metadata\":{" + many + "}"), "64 entries"),
        bad("metadata, large", item("\"metadata\":{" + large + "}"), "16384 bytes"),
        bad("metadata, no name", JsonEnvelopesTest.open("\"metadata\":{\"\":\"\"}"), "empty"),
        bad("type, empty", item("\"contentType\":\"\",\"body\":1"), "printable ASCII"),
        bad("type, letters", item("\"contentType\":\"a\\n\",\"body\":1"), "printable ASCII"),
        bad("type and body", item("\"contentType\":\"a/b\",\"body\":1"), "is a string or"),
        bad("base64", item("\"body\":{\"base64\":\"?\"}"), "not base64"),
        bad("status, a string", item("\"status\":\"OK\""), "status is an object"),
        bad("status, no code", item("\"status\":{}"), "a status has a code"),
        bad("status, code", item("\"status\":{\"code\":\"NO\"}"), "unknown code"),
        bad(
            "status, outcome",
            item("\"status\":{\"code\":\"INTERNAL\",\"outcome\":\"?\"}"),
            "unknown outcome"),
        bad(
            "status, message",
            item("\"status\":{\"code\":\"OK\",\"message\":\"" + "x".repeat(4097) + "\"}"),
            "message has more than 4096"));
  }

  @Test
  void aBodyAsDeepAsAllowedIsRead() throws MalformedPacketException {
    String body = nested(WireLimits.MAX_JSON_DEPTH - 1);

    Envelope e = JsonEnvelopes.read(item("\"body\":" + body)).envelope();

    assertThat(new String(Packets.bodyOf(e), StandardCharsets.US_ASCII)).isEqualTo(body);
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static String item(String members) {
    return "{\"kind\":\"item\",\"exchange\":\"a\"," + members + "}";
  }

  private static Arguments bad(String name, String text, String message) {
    return Arguments.of(Named.of(name, text), message);
  }
}
