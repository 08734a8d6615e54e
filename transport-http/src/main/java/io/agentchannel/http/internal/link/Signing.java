package io.agentchannel.http.internal.link;

import io.agentchannel.AgentException;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.http.webhook.WebhookKey;
import io.agentchannel.http.webhook.WebhookSigner;
import io.agentchannel.http.webhook.WebhookVerifier;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How one end of a webhook link signs its POSTs and knows the other's, with keys that the handshake
 * has given to both. Repetitions are told by the batches' numbers.
 */
final class Signing {
  private static final int NAME_BYTES = 12;

  /** What both ends call it in webhook ids. */
  private final String link;

  private final WebhookSigner signer;
  private final WebhookVerifier verifier;
  private final byte[] proofKey;

  private Signing(byte[] secret, byte[] own, byte[] others) {
    this.link = HexFormat.of().formatHex(derive(secret, "link"), 0, NAME_BYTES);
    this.signer = new WebhookSigner(List.of(WebhookKey.ofSecret(own)));
    this.verifier = new WebhookVerifier(List.of(WebhookKey.ofSecret(others)));
    this.proofKey = derive(secret, "challenge");
  }

  static Signing ofCaller(byte[] secret) {
    return new Signing(secret, derive(secret, "caller"), derive(secret, "callee"));
  }

  static Signing ofCallee(byte[] secret) {
    return new Signing(secret, derive(secret, "callee"), derive(secret, "caller"));
  }

  private static byte[] derive(byte[] secret, String purpose) {
    return authenticate(
        secret, ("agentchannel webhook " + purpose).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] authenticate(byte[] key, byte[] bytes) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * @param what a batch's number, or another word for what the body is
   */
  Map<String, String> headers(String what, byte[] body) {
    return signer.headers(link + "_" + what, Instant.now(), body);
  }

  /**
   * @throws Refusal if the other end has not signed that
   */
  void verify(RequestHead head, String what, byte[] body) throws Refusal {
    String id = head.single(WebhookSigner.ID);
    try {
      if (id == null || !id.equals(link + "_" + what)) {
        throw new Refusal(HttpResponseStatus.UNAUTHORIZED, "the webhook's id is not the batch's");
      }
      verifier.authenticate(
          id, head.single(WebhookSigner.TIMESTAMP), head.single(WebhookSigner.SIGNATURE), body);
    } catch (AgentException wrong) {
      throw new Refusal(HttpResponseStatus.UNAUTHORIZED, String.valueOf(wrong.getMessage()));
    }
  }

  /** What only an end of this link can answer a challenge with. */
  byte[] proof(byte[] question) {
    return authenticate(proofKey, question);
  }
}
