package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.agentchannel.AgentId;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;

/** Whatever certificate a stranger shows: it proves nobody but who has signed it. */
class AgentCertificateFuzz {
  private static final byte[] SOME_KEY = {0x30, 0x03, 0x02, 0x01, 0x07};

  @FuzzTest
  void bytesProveNobody(byte[] der) throws CertificateException {
    Set<AgentId> published =
        Set.of(AgentCertificate.provenBy(PublishedCertificates.ed25519(), Instant.now()));
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      assertThat(AgentCertificate.provenBy(certificate, Instant.now())).isIn(published);
    } catch (CertificateException e) {
      // As it should be: nobody can sign for an agent whose key he has not.
    }
    // The extension on its own, since most bytes are no certificate at all.
    try {
      assertThat(SignedKey.signer(der, SOME_KEY)).isNull();
    } catch (CertificateException e) {
      assertThat(e).hasMessageStartingWith("the identity in the certificate ");
    }
  }
}
