package io.agentchannel.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whatever body arrives for a typed message: a value, or one line that quotes nothing of it. */
class MessageFuzz {
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

  @FuzzTest
  void aBodyIsAValueOrOneLine(byte[] body) {
    Message message;
    try {
      message = (Message) codecs.decode(Payload.of(Payload.JSON, body), Message.class);
    } catch (AgentException e) {
      assertThat(e.code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(e).hasNoCause();
      assertThat(e.getMessage())
          .startsWith("cannot read Message: ")
          .doesNotContain("s3cr", "jackson", "io.agentchannel")
          .matches(m -> m.chars().noneMatch(Character::isISOControl));
      return;
    }

    Payload again = codecs.encode(message, Message.class);
    assertThat(codecs.decode(again, Message.class)).isEqualTo(message);
  }
}
