package io.agentchannel.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages damaged at random, from a fixed seed: a value, or one line that quotes nothing. */
class DamagedMessageTest {
  enum Colour {
    RED,
    GREEN
  }

  sealed interface Shape permits Circle, Label {}

  record Circle(double radius, Colour colour) implements Shape {}

  record Label(String text, Instant at) implements Shape {}

  record Message(
      String text, int n, List<Shape> shapes, Map<String, Long> counts, Optional<Boolean> flag) {}

  private final Codecs codecs = new Codecs(List.of());

  @Test
  void neverAnythingButAValueOrOneLine() {
    Message message =
        new Message(
            "s3cr3t",
            7,
            List.of(new Circle(1.5, Colour.RED), new Label("s3cr3t", Instant.EPOCH)),
            Map.of("a", 1L),
            Optional.of(true));
    byte[] good = codecs.encode(message, Message.class).toByteArray();
    assertThat(codecs.decode(Payload.of(Payload.JSON, good), Message.class)).isEqualTo(message);

    Random random = new Random(20260131);
    byte[] sparks = "{}[]:,\"\\ \u0000-+.eE09nulltruefals".getBytes(StandardCharsets.UTF_8);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] =
            random.nextInt(8) == 0
                ? (byte) random.nextInt(256)
                : sparks[random.nextInt(sparks.length)];
      }
      try {
        codecs.decode(Payload.of(Payload.JSON, bytes), Message.class);
      } catch (AgentException e) {
        refused++;
        assertThat(e.code()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(e).hasNoCause();
        assertThat(e.getMessage())
            .startsWith("cannot read Message: ")
            .doesNotContain("s3cr", "jackson", "io.agentchannel")
            .matches(m -> m.chars().noneMatch(Character::isISOControl));
      }
    }
    assertThat(refused).isBetween(5_000, 19_999);
  }
}
