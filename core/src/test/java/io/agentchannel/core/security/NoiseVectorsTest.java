package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every byte of the published test vectors of this protocol. */
class NoiseVectorsTest {
  private static final HexFormat HEX = HexFormat.of();

  static Stream<JsonNode> vectors() throws Exception {
    try (InputStream in = NoiseVectorsTest.class.getResourceAsStream("noise-xx-vectors.json")) {
      JsonNode vectors = new ObjectMapper().readTree(in).get("vectors");
      assertThat(vectors).isNotEmpty();
      return StreamSupport.stream(vectors.spliterator(), false);
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void handshakeHashAndTransportAreAsPublished(JsonNode vector) throws Exception {
    assertThat(vector.get("protocol_name").textValue()).isEqualTo("Noise_XX_25519_AESGCM_SHA256");
    NoiseHandshake initiator =
        NoiseHandshake.initiator(
            bytes(vector, "init_prologue"),
            NoiseKeyPair.of(bytes(vector, "init_static")),
            NoiseKeyPair.of(bytes(vector, "init_ephemeral")));
    NoiseHandshake responder =
        NoiseHandshake.responder(
            bytes(vector, "resp_prologue"),
            NoiseKeyPair.of(bytes(vector, "resp_static")),
            NoiseKeyPair.of(bytes(vector, "resp_ephemeral")));
    JsonNode messages = vector.get("messages");

    for (int i = 0; i < 3; i++) {
      NoiseHandshake writer = i % 2 == 0 ? initiator : responder;
      NoiseHandshake reader = i % 2 == 0 ? responder : initiator;
      byte[] message = writer.write(bytes(messages.get(i), "payload"));
      assertThat(HEX.formatHex(message)).isEqualTo(messages.get(i).get("ciphertext").textValue());
      assertThat(reader.read(message)).isEqualTo(bytes(messages.get(i), "payload"));
    }
    assertThat(HEX.formatHex(initiator.hash()))
        .isEqualTo(HEX.formatHex(responder.hash()))
        .isEqualTo(vector.get("handshake_hash").textValue());
    assertThat(initiator.split()[0]).isEqualTo(responder.split()[1]);
    assertThat(initiator.split()[1]).isEqualTo(responder.split()[0]);
    checkTransport(initiator.split(), messages);
  }

  /** They go on taking turns: the responder's is the first. */
  private static void checkTransport(byte[][] initiatorsKeys, JsonNode messages) {
    int[] counters = new int[2];
    assertThat(messages.size()).isGreaterThan(3);
    for (int i = 3; i < messages.size(); i++) {
      int direction = i % 2;
      byte[] payload = bytes(messages.get(i), "payload");
      byte[] sealed = Arrays.copyOf(payload, payload.length + Aes.TAG_BYTES);
      new Aes(initiatorsKeys[direction]).encrypt(counters[direction]++, sealed, 0, payload.length);
      assertThat(HEX.formatHex(sealed)).isEqualTo(messages.get(i).get("ciphertext").textValue());
    }
  }

  private static byte[] bytes(JsonNode node, String field) {
    return HEX.parseHex(node.get(field).textValue());
  }
}
