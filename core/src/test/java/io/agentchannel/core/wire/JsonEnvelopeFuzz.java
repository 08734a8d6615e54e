package io.agentchannel.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever text a plain client sends: it is read or it is malformed, and one line says why. */
class JsonEnvelopeFuzz {

  @FuzzTest
  void aTextIsReadOrMalformed(byte[] utf8) throws MalformedPacketException {
    JsonEnvelopes.Decoded decoded;
    try {
      decoded = JsonEnvelopes.read(new String(utf8, StandardCharsets.UTF_8));
    } catch (MalformedPacketException e) {
      assertThat(e).hasMessageMatching("[ -~]{1,240}");
      return;
    }

    String written = JsonEnvelopes.write(decoded.exchange(), decoded.envelope());
    JsonEnvelopes.Decoded again = JsonEnvelopes.read(written);

    assertThat(again.exchange()).isEqualTo(decoded.exchange());
    assertThat(Packets.parts(again.envelope())).isEqualTo(Packets.parts(decoded.envelope()));
  }
}
