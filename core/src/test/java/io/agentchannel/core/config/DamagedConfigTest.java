package io.agentchannel.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Files damaged at random, from a fixed seed: either they still mean something, or one line. */
class DamagedConfigTest {
  private static final String GOOD =
      """
      name: planner
      listen: [ "ws://0.0.0.0:7080", 'ws://b:1' ]
      peers:
        librarian: { id: "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp", at: ws://c }
      guests: { tokens: { ci: aaa }, operations: [ask], origins: [ "https://a.org" ] }
      limits: { message: 1MiB, window: 64KiB }
      drain: 5s # enough
      tls: { certificate: c.pem, key: ${env:KEY} }
      events.overflow: close
      """;

  private static final String SPARKS = "{}[]:,-#&*!|>'\"%@`?~ \n\t$.\u0000\u0085\u2028é0aZ<=";

  @Test
  void neverAnythingButSettingsOrOneLine() {
    Random random = new Random(20260131);
    int refused = 0;
    for (int i = 0; i < 4000; i++) {
      String text = damage(random);
      try {
        Map<String, Object> config = YamlText.parseMap(text, "agent.yaml");
        new Sources().environment("KEY", "k.pem").config(config).resolve();
      } catch (AgentException e) {
        refused++;
        assertThat(e.code()).as(text).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(e.getMessage())
            .as(text)
            .hasSizeLessThan(1000)
            .matches(m -> m.chars().noneMatch(c -> Character.isISOControl(c) || c == '\u2028'));
      }
    }
    assertThat(refused).isBetween(1000, 3999);
  }

  private static String damage(Random random) {
    StringBuilder text = new StringBuilder(GOOD);
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(text.length());
      char spark = SPARKS.charAt(random.nextInt(SPARKS.length()));
      switch (random.nextInt(4)) {
        case 0 -> text.setCharAt(at, spark);
        case 1 -> text.insert(at, spark);
        case 2 -> text.deleteCharAt(at);
        default -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
      }
    }
    return text.toString();
  }
}
