package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseKeyPairTest {
  private static final HexFormat HEX = HexFormat.of();

  /** RFC 7748, section 6.1. */
  @Test
  void keysAndSecretAreThoseOfTheRfc() throws Exception {
    NoiseKeyPair alice = pair("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    NoiseKeyPair bob = pair("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");

    assertThat(HEX.formatHex(alice.publicKey()))
        .isEqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    assertThat(HEX.formatHex(bob.publicKey()))
        .isEqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    assertThat(HEX.formatHex(alice.agree(bob.publicKey())))
        .isEqualTo(HEX.formatHex(bob.agree(alice.publicKey())))
        .isEqualTo("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
  }

  /** RFC 7748, section 5.2. */
  @Test
  void anyPointIsMultipliedAsInTheRfc() throws Exception {
    NoiseKeyPair scalar = pair("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");

    byte[] product =
        scalar.agree(
            HEX.parseHex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"));

    assertThat(HEX.formatHex(product))
        .isEqualTo("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
  }

  /** Two libraries that share no code. */
  @RepeatedTest(20)
  void secretsAreThoseThatTheJdkFinds() throws Exception {
    NoiseKeyPair near = NoiseKeyPair.generate();
    NoiseKeyPair far = NoiseKeyPair.generate();
    byte[] scalar = new byte[32];
    new java.security.SecureRandom().nextBytes(scalar);
    KeyFactory keys = KeyFactory.getInstance("X25519");
    KeyAgreement jdk = KeyAgreement.getInstance("X25519");
    jdk.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar)));
    jdk.doPhase(
        keys.generatePublic(
            new XECPublicKeySpec(NamedParameterSpec.X25519, littleEndian(far.publicKey()))),
        true);

    assertThat(NoiseKeyPair.of(scalar).agree(far.publicKey())).isEqualTo(jdk.generateSecret());
    assertThat(near.agree(far.publicKey())).isEqualTo(far.agree(near.publicKey()));
  }

  /** Points of small order: their product with anything is zero, which everybody knows. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"
      })
  void aKeyOfSmallOrderIsRefused(String key) {
    assertThatThrownBy(() -> NoiseKeyPair.generate().agree(HEX.parseHex(key)))
        .isInstanceOf(InvalidKeyException.class);
  }

  private static NoiseKeyPair pair(String privateKey) {
    return NoiseKeyPair.of(HEX.parseHex(privateKey));
  }

  private static BigInteger littleEndian(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return new BigInteger(1, reversed);
  }
}
