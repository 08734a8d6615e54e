package io.agentchannel.http.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.EdECPrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StandardWebhooksTest {
  /** The vectors that the specification's reference libraries are tested with. */
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final String PRIVATE = "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=";
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final Instant AT = Instant.ofEpochSecond(1614265330);
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
  private static final String OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYob7oD8u";

  @Test
  void thePublishedSymmetricExampleComesOut() {
    assertThat(signature(SECRET)).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void thePublishedAsymmetricExampleComesOut() {
    assertThat(signature(PRIVATE))
        .isEqualTo(
            "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==");
  }

  @Test
  void aPublishedAsymmetricSignatureIsVerifiedWithThePublicKey() {
    // Another library's documentation has key, message and signature.
    WebhookVerifier verifier =
        verifierAt(
            Instant.ofEpochSecond(1737987215),
            "whpk_MCowBQYDK2VwAyEAkp3dScDPIzT1CwUFUMdzyPbWOAQaCF9z4ucuKuZD7Io=");

    assertThat(
            verifier.verify(
                "7a2486b3-31cf-4bd3-a460-df8845d16cd5",
                "1737987215",
                "v1a,XVbiOe+IzCKsXBuhb52iHLroqxFJofJNMQRL80I2kWO0+kXu2gcqgXAzontxDDgpMDw6SMh4sjzr+67EmUUzDg==",
                "{\"greetings\": \"Hello World\"}".getBytes(StandardCharsets.UTF_8)))
        .isTrue();
  }

  @Test
  void theReferenceLibraryVerifiesWhatWeSign() throws Exception {
    Map<String, String> headers =
        new WebhookSigner(List.of(WebhookKey.parse(OTHER), WebhookKey.parse(SECRET)))
            .headers(ID, Instant.now(), BODY);
    HttpHeaders asReceived =
        HttpHeaders.of(
            headers.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> List.of(e.getValue()))),
            (name, value) -> true);

    assertThatCode(
            () -> new Webhook(SECRET).verify(new String(BODY, StandardCharsets.UTF_8), asReceived))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> new Webhook(SECRET).verify("{}", asReceived))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void weVerifyWhatTheReferenceLibrarySigns() throws Exception {
    String signed =
        new Webhook(SECRET).sign(ID, AT.getEpochSecond(), new String(BODY, StandardCharsets.UTF_8));

    assertThat(verifierAt(AT, SECRET).verify(ID, text(AT), signed, BODY)).isTrue();
  }

  @Test
  void aNewKeyTakesAnOldOnesPlaceWithoutAGap() {
    Map<String, String> both =
        new WebhookSigner(List.of(WebhookKey.parse(OTHER), WebhookKey.parse(SECRET)))
            .headers(ID, AT, BODY);
    String signatures = both.get(WebhookSigner.SIGNATURE);

    assertThat(signatures.split(" ")).hasSize(2);
    assertThat(verifierAt(AT, SECRET).verify(ID, text(AT), signatures, BODY)).isTrue();
    assertThat(verifierAt(AT, OTHER).verify(ID, text(AT), signatures, BODY)).isTrue();
    assertThat(verifierAt(AT, SECRET, OTHER).verify("other", text(AT), sign(OTHER, "other"), BODY))
        .isTrue();
  }

  @Test
  void bothHalvesOfAPairFitEachOther() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
    byte[] der = pair.getPublic().getEncoded();
    String secret = "whsk_" + Base64.getEncoder().encodeToString(seed);
    byte[] bare = java.util.Arrays.copyOfRange(der, der.length - 32, der.length);

    for (byte[] encoded : List.of(der, bare)) {
      String known = "whpk_" + Base64.getEncoder().encodeToString(encoded);
      assertThat(verifierAt(AT, known).verify(ID, text(AT), signature(secret), BODY)).isTrue();
      assertRefused(verifierAt(AT, known), ID, text(AT), signature(PRIVATE), BODY);
    }
  }

  @Test
  void whatIsNotAuthenticIsRefused() {
    WebhookVerifier verifier = verifierAt(AT, SECRET);
    String good = signature(SECRET);

    assertRefused(verifier, null, text(AT), good, BODY);
    assertRefused(verifier, ID, null, good, BODY);
    assertRefused(verifier, ID, text(AT), null, BODY);
    assertRefused(verifier, "other", text(AT), good, BODY);
    assertRefused(verifier, "x".repeat(300), text(AT), good, BODY);
    assertRefused(verifier, ID, text(AT.plusSeconds(1)), good, BODY);
    assertRefused(verifier, ID, "soon", good, BODY);
    assertRefused(verifier, ID, "-1", good, BODY);
    assertRefused(verifier, ID, text(AT), good, new byte[0]);
    for (String signature :
        List.of("", "v1,", "v1", "v1,!", "v1a," + good.substring(3), good.replace("v1,", "v2,"))) {
      assertRefused(verifier, ID, text(AT), signature, BODY);
    }
    assertRefused(verifier, ID, text(AT), "v1,AAAA ".repeat(100) + good, BODY);
    assertThat(verifier.verify(ID, text(AT), "v1,AAAA " + good, BODY)).isTrue();
  }

  @Test
  void fiveMinutesEarlyOrLateAreInTimeAndMoreAreNot() {
    for (int seconds : new int[] {-300, 300}) {
      assertThat(
              verifierAt(AT.plusSeconds(seconds), SECRET)
                  .verify(ID, text(AT), signature(SECRET), BODY))
          .isTrue();
    }
    for (int seconds : new int[] {-301, 301}) {
      assertRefused(
          verifierAt(AT.plusSeconds(seconds), SECRET), ID, text(AT), signature(SECRET), BODY);
    }
  }

  @Test
  void aRepetitionIsKnownUntilItsTimeIsOver() {
    SettableClock clock = new SettableClock();
    WebhookVerifier verifier =
        new WebhookVerifier(
            List.of(WebhookKey.parse(SECRET)), clock, Duration.ofMinutes(5), /* mostIds= */ 2);
    clock.now = AT.minusSeconds(300);
    assertThat(verifier.verify(ID, text(AT), signature(SECRET), BODY)).isTrue();
    clock.now = AT.plusSeconds(300);
    assertThat(verifier.verify(ID, text(AT), signature(SECRET), BODY)).isFalse();
    verifier.forget(ID);
    assertThat(verifier.verify(ID, text(AT), signature(SECRET), BODY)).isTrue();

    assertThat(verifier.verify("a", text(AT), sign(SECRET, "a"), BODY)).isTrue();
    assertThatThrownBy(() -> verifier.verify("b", text(AT), sign(SECRET, "b"), BODY))
        .isInstanceOfSatisfying(
            AgentException.class,
            full -> assertThat(full.code()).isEqualTo(Code.RESOURCE_EXHAUSTED));
  }

  @Test
  void keysThatAreNoneAreRefusedWithoutBeingTold() {
    for (String wrong :
        List.of(
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_MfKQ9r8G",
            "whsec_not base64!",
            "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")) {
      assertThatThrownBy(() -> WebhookKey.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .doesNotContain("MfKQ9r8G");
    }
    assertThat(WebhookKey.parse(SECRET)).asString().doesNotContain("MfKQ9r8G");
  }

  @Test
  void anIdWithADotIsNotSigned() {
    WebhookSigner signer = new WebhookSigner(List.of(WebhookKey.parse(SECRET)));

    assertThatThrownBy(() -> signer.headers("a.1614265330", AT, BODY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String signature(String key) {
    return sign(key, ID);
  }

  private static String sign(String key, String id) {
    return new WebhookSigner(List.of(WebhookKey.parse(key)))
        .headers(id, AT, BODY)
        .get(WebhookSigner.SIGNATURE);
  }

  private static String text(Instant at) {
    return Long.toString(at.getEpochSecond());
  }

  private static WebhookVerifier verifierAt(Instant now, String... keys) {
    return new WebhookVerifier(
        java.util.Arrays.stream(keys).map(WebhookKey::parse).toList(),
        Clock.fixed(now, ZoneOffset.UTC),
        Duration.ofMinutes(5),
        100);
  }

  private static void assertRefused(
      WebhookVerifier verifier, String id, String timestamp, String signature, byte[] body) {
    assertThatThrownBy(() -> verifier.verify(id, timestamp, signature, body))
        .isInstanceOfSatisfying(
            AgentException.class,
            refused -> assertThat(refused.code()).isEqualTo(Code.UNAUTHENTICATED));
  }

  private static final class SettableClock extends Clock {
    private Instant now = AT;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }
}
