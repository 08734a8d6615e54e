package io.agentchannel.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireLimitsTest {

  @Test
  void anOpenWithinTheLimitsHasNoProblem() {
    assertThat(problem("ask", Map.of("a", "B"), "key")).isNull();
    assertThat(problem("agentchannel.subscribe", Map.of(), null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", ".a", "a b", "a/b", "é", "a\n"})
  void aNameThatNoOperationHasIsAProblem(String name) {
    assertThat(problem(name, Map.of(), null)).contains("operation");
  }

  @Test
  void aKeyTooLongOrEmptyIsAProblem() {
    assertThat(problem("ask", Map.of(), "")).contains("key");
    assertThat(problem("ask", Map.of(), "x".repeat(256))).isNull();
    assertThat(problem("ask", Map.of(), "x".repeat(257))).contains("key");
  }

  @Test
  void metadataTooManyTooLargeOrMisnamedIsAProblem() {
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 64; i++) {
      many.put("n" + i, "");
    }
    assertThat(problem("ask", many, null)).isNull();
    many.put("one more", "");
    assertThat(problem("ask", many, null)).contains("64 entries");
    assertThat(problem("ask", Map.of("n", "é".repeat(8191)), null)).isNull();
    assertThat(problem("ask", Map.of("n", "é".repeat(8192)), null)).contains("16384 bytes");
    assertThat(problem("ask", Map.of("", "x"), null)).contains("empty");
    assertThat(problem("ask", Map.of("Trace", "x"), null)).contains("capital");
  }

  @Test
  void whatHasNoProblemIsRead() throws MalformedPacketException {
    String name = "x".repeat(128);
    Envelope.Open open =
        new Envelope.Open(name, Map.of("n", "é".repeat(8191)), "€".repeat(256), null);
    Envelope e =
        new Envelope(
            Envelope.Kind.OPEN,
            true,
            1,
            1,
            0,
            0,
            1,
            false,
            false,
            0,
            0,
            "",
            Envelope.noBody(),
            open,
            null,
            null,
            0);

    assertThat(WireLimits.problemOf(open)).isNull();
    assertThat(Packets.read(Packets.write(e))).containsExactly(e);
  }

  private static String problem(String operation, Map<String, String> metadata, String key) {
    return WireLimits.problemOf(new Envelope.Open(operation, metadata, key, null));
  }
}
