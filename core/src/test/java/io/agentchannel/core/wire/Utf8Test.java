package io.agentchannel.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The JDK's own encoder is the oracle. */
class Utf8Test {

  @Test
  void anyTextHasTheBytesThatTheJdkGivesIt() {
    Random random = new Random(21);
    for (int i = 0; i < 20_000; i++) {
      String text = text(random);
      byte[] expected = text.getBytes(StandardCharsets.UTF_8);
      ByteBuffer out = ByteBuffer.allocate(expected.length);

      assertThat(Utf8.length(text)).isEqualTo(expected.length);
      Utf8.put(text, expected.length, out);
      assertThat(out.array()).isEqualTo(expected);
    }
  }

  @Test
  void aPrefixIsTheLongestThatFits() {
    String text = "aé€😀z";
    int[] lengths = {0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 5, 6, 6};

    for (int bytes = 0; bytes < lengths.length; bytes++) {
      assertThat(Utf8.prefix(text, bytes)).isEqualTo(text.substring(0, lengths[bytes]));
    }
  }

  @Test
  void halfASurrogatePairIsNotWellFormed() {
    assertThat(Utf8.isWellFormed("a😀é")).isTrue();
    assertThat(Utf8.isWellFormed("a\ud83d")).isFalse();
    assertThat(Utf8.isWellFormed("\ude00\ud83d")).isFalse();
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int widest = random.nextInt(5);
    for (int i = random.nextInt(20); i > 0; i--) {
      switch (widest == 0 ? 0 : random.nextInt(widest + 1)) {
        case 0 -> text.append((char) random.nextInt(0x80));
        case 1 -> text.append((char) (0x80 + random.nextInt(0x780)));
        case 2 -> text.append((char) (0x800 + random.nextInt(0xD000)));
        case 3 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
        default -> text.append((char) (0xD800 + random.nextInt(0x800)));
      }
    }
    return text.toString();
  }
}
