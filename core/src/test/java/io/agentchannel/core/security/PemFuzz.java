package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Whatever a key or certificate file holds: blocks, or one line that says what is wrong with it.
 */
class PemFuzz {

  @FuzzTest
  void aFileIsBlocksOrOneLine(byte[] ascii) throws UnusableFileException {
    List<Pem.Block> blocks;
    try {
      blocks = Pem.parse(new String(ascii, StandardCharsets.US_ASCII));
    } catch (UnusableFileException e) {
      assertThat(e).hasMessageMatching("[ -~]{1,240}");
      return;
    }

    StringBuilder written = new StringBuilder();
    blocks.forEach(block -> written.append(Pem.write(block.label(), block.der())));
    List<Pem.Block> again = Pem.parse(written.toString());

    assertThat(again).hasSameSizeAs(blocks);
    for (int i = 0; i < blocks.size(); i++) {
      assertThat(again.get(i).label()).isEqualTo(blocks.get(i).label());
      assertThat(again.get(i).der()).isEqualTo(blocks.get(i).der());
    }
  }
}
