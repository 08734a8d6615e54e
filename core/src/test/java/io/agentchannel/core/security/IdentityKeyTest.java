package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentId;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityKeyTest {
  private static final HexFormat HEX = HexFormat.of();

  /** RFC 8032, section 7.1: TEST 1, 2, 3 and SHA(abc). */
  @ParameterizedTest
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,"
        + "'',"
        + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,"
        + "72,"
        + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,"
        + "af82,"
        + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42,"
        + "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf,"
        + "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f,"
        + "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        + "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
  })
  void keysAndSignaturesAreThoseOfTheStandard(
      String seed, String publicKey, String message, String signature) {
    IdentityKey key = IdentityKey.ofSeed(HEX.parseHex(seed));

    assertThat(HEX.formatHex(key.id().publicKey())).isEqualTo(publicKey);
    assertThat(HEX.formatHex(key.sign(HEX.parseHex(message)))).isEqualTo(signature);
    assertThat(IdentityKey.verify(key.id(), HEX.parseHex(message), HEX.parseHex(signature)))
        .isTrue();
  }

  /** Examples of the did:key method and of its test vectors. */
  @ParameterizedTest
  @CsvSource({
    "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp,"
        + "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",
    "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK,"
        + "2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6",
  })
  void theIdIsTheDidKeyOfThePublicKey(String did, String publicKey) {
    assertThat(HEX.formatHex(AgentId.parse(did).publicKey())).isEqualTo(publicKey);
    assertThat(AgentId.ofPublicKey(HEX.parseHex(publicKey))).hasToString(did);
  }

  /** The first test vector of the did:key method's Ed25519 keys. */
  @Test
  void aSeedOfZerosIsTheAgentThatTheTestVectorsName() {
    assertThat(IdentityKey.ofSeed(new byte[32]).id())
        .hasToString("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp");
  }

  @Test
  void theJdkAgreesWithASignature() throws Exception {
    IdentityKey key = IdentityKey.ephemeral();
    byte[] message = "purpose: hello".getBytes(StandardCharsets.UTF_8);

    byte[] y = key.id().publicKey();
    boolean odd = (y[31] & 0x80) != 0;
    y[31] &= 0x7f;
    for (int i = 0; i < 16; i++) {
      byte swap = y[i];
      y[i] = y[31 - i];
      y[31 - i] = swap;
    }
    Signature jdk = Signature.getInstance("Ed25519");
    jdk.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new EdECPublicKeySpec(
                    NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y)))));
    jdk.update(message);

    assertThat(jdk.verify(key.sign(message))).isTrue();
  }

  @Test
  void whatWasNotSignedDoesNotVerify() {
    IdentityKey key = IdentityKey.ephemeral();
    byte[] message = {1, 2, 3};
    byte[] signature = key.sign(message);

    assertThat(IdentityKey.verify(key.id(), message, signature)).isTrue();
    assertThat(IdentityKey.verify(key.id(), new byte[] {1, 2, 4}, signature)).isFalse();
    assertThat(IdentityKey.verify(IdentityKey.ephemeral().id(), message, signature)).isFalse();
    assertThat(IdentityKey.verify(key.id(), message, new byte[0])).isFalse();
    assertThat(IdentityKey.verify(key.id(), message, new byte[64])).isFalse();
    assertThat(IdentityKey.verify(key.id(), message, java.util.Arrays.copyOf(signature, 65)))
        .isFalse();
    for (int i = 0; i < signature.length; i++) {
      byte[] changed = signature.clone();
      changed[i] ^= 1;
      assertThat(IdentityKey.verify(key.id(), message, changed)).as("byte %d", i).isFalse();
    }
  }

  /** Keys for which anyone can make signatures, and texts that are no point of the curve. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0200000000000000000000000000000000000000000000000000000000000000",
      })
  void weakAndImpossibleKeysHaveSignedNothing(String publicKey) {
    AgentId id = AgentId.ofPublicKey(HEX.parseHex(publicKey));
    // The neutral element as R and zero as S: valid for every message under the key of order one.
    byte[] forged = new byte[64];
    forged[0] = 1;

    assertThat(IdentityKey.verify(id, new byte[] {1}, forged)).isFalse();
  }

  @Test
  void ephemeralKeysAreDifferentEachTime() {
    assertThat(IdentityKey.ephemeral().id()).isNotEqualTo(IdentityKey.ephemeral().id());
  }

  @Test
  void itPrintsItsIdAlone() {
    IdentityKey key = IdentityKey.ephemeral();

    assertThat(key).hasToString("IdentityKey[" + key.id() + "]");
  }
}
