package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.core.config.Settings.Tls;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class AgentTlsTest {
  private final IdentityKey alice = IdentityKey.ephemeral();
  private final IdentityKey bob = IdentityKey.ephemeral();

  @Test
  void bothSidesLearnWhoTheOtherIs() throws Exception {
    AgentTls near = new AgentTls(alice);
    AgentTls far = new AgentTls(bob);
    TlsPair pair = new TlsPair(near.client(), far.server());

    pair.shakeHands();

    assertThat(near.provenPeer(pair.client.getSession())).isEqualTo(bob.id());
    assertThat(far.provenPeer(pair.server.getSession())).isEqualTo(alice.id());
    assertThat(pair.client.getSession().getProtocol()).isEqualTo("TLSv1.3");
  }

  @Test
  void nothingIsResumed() throws Exception {
    AgentTls near = new AgentTls(alice);
    AgentTls far = new AgentTls(bob);
    for (int i = 0; i < 2; i++) {
      TlsPair pair = new TlsPair(near.client(), far.server());
      pair.shakeHands();

      assertThat(pair.client.getSession().isValid()).isFalse();
      assertThat(pair.server.getSession().isValid()).isFalse();
    }

    assertThat(near.client().getClientSessionContext().getIds().hasMoreElements()).isFalse();
    assertThat(far.server().getServerSessionContext().getIds().hasMoreElements()).isFalse();
  }

  @Test
  void olderVersionsOfTlsAreRefused() throws Exception {
    TlsPair pair = new TlsPair(new AgentTls(alice).client(), new AgentTls(bob).server());
    pair.client.setEnabledProtocols(new String[] {"TLSv1.2"});

    assertThat(pair.failure()).hasMessageContaining("agents' certificates need TLSv1.3");
  }

  @Test
  void aClientWithoutACertificateIsRefused() throws Exception {
    SSLContext without = TlsContexts.of(null, new AgentTls(alice).clientTrust());

    assertThat(new TlsPair(without, new AgentTls(bob).server()).failure())
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("Empty client certificate chain");
  }

  @Test
  void aClientWithACertificateOfAnotherKindIsRefused() throws Exception {
    SSLContext other = showing(new Forgery().without().make());

    assertThat(new TlsPair(other, new AgentTls(bob).server()).failure())
        .hasMessageContaining("the certificate is not an agent's");
  }

  @Test
  void aServerWithACertificateOfAnotherKindIsRefused() throws Exception {
    SSLContext other = showing(new Forgery().without().make());

    assertThat(new TlsPair(new AgentTls(alice).client(), other).failure())
        .hasMessageContaining("the certificate is not an agent's");
  }

  @Test
  void aChainIsRefused() throws Exception {
    AgentCertificate one = AgentCertificate.of(alice, Instant.now());
    AgentCertificate two = AgentCertificate.of(bob, Instant.now());
    SSLContext chain =
        TlsContexts.of(
            TlsContexts.showing(one.key(), List.of(one.certificate(), two.certificate())),
            new AgentTrust());

    assertThat(new TlsPair(chain, new AgentTls(bob).server()).failure())
        .hasMessageContaining("an agent shows one certificate, not a chain of 2");
  }

  @Test
  void anotherAgentsCertificateIsOfNoUseWithoutItsKey() throws Exception {
    AgentCertificate alices = AgentCertificate.of(alice, Instant.now());
    AgentCertificate own = AgentCertificate.of(bob, Instant.now());
    SSLContext stolen = showing(new AgentCertificate(alices.certificate(), own.key()));

    assertThat(new TlsPair(stolen, new AgentTls(bob).server()).failure())
        .isInstanceOf(SSLException.class);
  }

  @Test
  void whoDoesNotSayItsVersionMustHaveNoOther() throws Exception {
    X509Certificate[] chain = {AgentCertificate.of(alice, Instant.now()).certificate()};
    SSLEngine silent = new AgentTls(bob).server().createSSLEngine();

    assertThat(catchThrowable(() -> new AgentTrust().checkClientTrusted(chain, "EC", silent)))
        .isInstanceOf(CertificateException.class);
    silent.setEnabledProtocols(new String[] {"TLSv1.3"});
    new AgentTrust().checkClientTrusted(chain, "EC", silent);
  }

  @Test
  void aSessionWithoutSuchACertificateProvesNobody() throws Exception {
    SSLEngine idle = new AgentTls(bob).server().createSSLEngine();

    assertThat(catchThrowable(() -> new AgentTls(bob).provenPeer(idle.getSession())))
        .isInstanceOfSatisfying(
            AgentException.class, e -> assertThat(e.code()).isEqualTo(Code.UNAUTHENTICATED));
  }

  @Test
  void filesProveNobody() throws Exception {
    AgentTls far = new AgentTls(bob);
    TlsPair pair = new TlsPair(new AgentTls(alice).client(), far.server());
    pair.shakeHands();
    PemTls files = PemTls.of(new Tls(Path.of("none"), Path.of("none"), null));

    assertThat(files.isAgents()).isFalse();
    assertThat(files.provenPeer(pair.client.getSession())).isNull();
  }

  @Test
  void oneCertificateServesTheWholeProcess() {
    AgentTls tls = new AgentTls(alice);

    assertThat(tls.isAgents()).isTrue();
    assertThat(tls.client()).isSameAs(tls.server()).isSameAs(tls.client());
  }

  private static SSLContext showing(AgentCertificate shown) throws Exception {
    return TlsContexts.of(
        TlsContexts.showing(shown.key(), List.of(shown.certificate())), new AgentTrust());
  }
}
