package io.agentchannel.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Unary;
import io.agentchannel.core.security.AgentTls;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.TlsMaterial;
import io.agentchannel.testkit.TestCertificates;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code tls: agent}: the certificates of both sides say who they are. */
@Timeout(30)
class AgentCertificatesTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);

  @RegisterExtension final Rig rig = new Rig();
  private final IdentityKey alice = IdentityKey.ephemeral();
  private final IdentityKey bob = IdentityKey.ephemeral();

  @Test
  void bothEndsOfALinkKnowWhoIsThere() throws Exception {
    URI endpoint = bobListens();
    rig.tls = new AgentTls(alice);
    Link near = rig.connect(endpoint);
    Link far = Rig.next(rig.accepted);

    assertThat(near.info().provenPeer()).isEqualTo(bob.id());
    assertThat(far.info().provenPeer()).isEqualTo(alice.id());
    Inbox atNear = Inbox.of(near);
    Inbox atFar = Inbox.of(far);
    near.send(ByteBuffer.wrap(new byte[] {1}));
    far.send(ByteBuffer.wrap(new byte[] {2}));
    assertThat(atFar.next()).containsExactly(1);
    assertThat(atNear.next()).containsExactly(2);
  }

  @Test
  void theNameOfTheHostDoesNotMatter() throws Exception {
    URI endpoint = bobListens();

    Link near = rig.connect(URI.create("wss://localhost:" + endpoint.getPort()));
    assertThat(near.info().provenPeer()).isEqualTo(bob.id());
  }

  @Test
  void aServerWithAnotherCertificateIsRefused(@TempDir Path folder) throws Exception {
    rig.tls = TestCertificates.of(folder, "ip:127.0.0.1");
    URI endpoint = rig.listen("wss://127.0.0.1:0").endpoint();
    rig.tls = new AgentTls(alice);

    assertThatThrownBy(() -> rig.connect(endpoint))
        .isInstanceOfSatisfying(
            AgentException.class, e -> assertThat(e.code()).isEqualTo(Code.FAILED_PRECONDITION))
        .hasMessage(endpoint + ": the TLS handshake failed: the certificate is not an agent's");
    assertThat(rig.accepted).isEmpty();
  }

  @Test
  void aClientThatWantsAnotherCertificateSaysSo(@TempDir Path folder) throws Exception {
    URI endpoint = bobListens();
    rig.tls = TestCertificates.of(folder, "ip:127.0.0.1");

    assertThatThrownBy(() -> rig.connect(endpoint))
        .isInstanceOf(AgentException.class)
        .hasMessageStartingWith(endpoint + ": the TLS handshake failed: ");
    assertThat(rig.accepted).isEmpty();
  }

  @Test
  void aClientWithoutACertificateGetsNoLinkAndAnError() throws Exception {
    URI endpoint = bobListens();
    rig.tls = new WithoutCertificate(new AgentTls(alice));

    assertThatThrownBy(() -> rig.connect(endpoint))
        .isInstanceOf(AgentException.class)
        .hasMessageStartingWith(endpoint + ": the TLS handshake failed: ");
    assertThat(rig.accepted).isEmpty();
  }

  @Test
  void aPlainClientIsTurnedAwayByTls() throws Exception {
    URI endpoint = bobListens();
    rig.tls = new WithoutCertificate(new AgentTls(alice));
    SSLContext context = rig.tls().client();

    try (SSLSocket browser =
        (SSLSocket)
            context.getSocketFactory().createSocket(endpoint.getHost(), endpoint.getPort())) {
      browser.setSoTimeout(10_000);
      assertThat(catchThrowable(() -> askForJson(browser))).isNotNull();
    }
    assertThat(rig.visits).isEmpty();
    assertThat(rig.guestLinks).isEmpty();
  }

  @Test
  void onlyTls13IsSpoken() throws Exception {
    URI endpoint = bobListens();
    try (SSLSocket old =
        (SSLSocket)
            new AgentTls(alice)
                .client()
                .getSocketFactory()
                .createSocket(endpoint.getHost(), endpoint.getPort())) {
      old.setSoTimeout(10_000);
      old.setEnabledProtocols(new String[] {"TLSv1.2"});

      assertThatThrownBy(old::startHandshake).hasMessageContaining("protocol_version");
    }
  }

  @Test
  void agentsCallEachOtherAndRefuseAnotherThanTheConfigured() {
    try (Agent library =
            builder("library").listen("wss://127.0.0.1:0").serve(ECHO, (q, call) -> q).start();
        Agent caller =
            builder("caller")
                .peers(
                    Map.of(
                        "library", peer(library, library.id()), "other", peer(library, bob.id())))
                .start()) {
      assertThat(caller.channel("library").request(ECHO, "hello")).isEqualTo("hello");

      assertThat(
              catchThrowable(
                  () ->
                      caller
                          .channel("other")
                          .request(ECHO, "hello", CallOptions.timeout(Duration.ofSeconds(5)))))
          .isInstanceOf(AgentException.class)
          .hasMessageContaining(library.id().toString())
          .hasMessageContaining(bob.id().toString());
    }
  }

  private URI bobListens() throws Exception {
    rig.tls = new AgentTls(bob);
    return rig.listen("wss://127.0.0.1:0").endpoint();
  }

  /** In TLS 1.3 the client has finished before the server has looked at its certificate. */
  private static void askForJson(SSLSocket browser) throws Exception {
    browser
        .getOutputStream()
        .write(
            ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Protocol: agentchannel.v1+json\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    browser.getInputStream().read();
  }

  private static AgentBuilder builder(String name) {
    return Agent.builder(
            AgentConfig.of(Map.of("name", name, "identity", "ephemeral", "trust.policy", "open")))
        .tls("agent");
  }

  private static Map<String, ?> peer(Agent at, AgentId id) {
    return Map.of("id", id.toString(), "at", List.of(at.endpoints().get(0).toString()));
  }

  /** Trusts as agents do and shows nothing. */
  private record WithoutCertificate(TlsMaterial agents) implements TlsMaterial {
    @Override
    public SSLContext client() {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {agents.clientTrust()}, null);
        return context;
      } catch (GeneralSecurityException impossible) {
        throw new AssertionError(impossible);
      }
    }

    @Override
    public SSLContext server() {
      throw new AssertionError("a client alone");
    }

    @Override
    public X509ExtendedTrustManager clientTrust() {
      return agents.clientTrust();
    }

    @Override
    public boolean isAgents() {
      return true;
    }

    @Override
    public AgentId provenPeer(SSLSession session) {
      return agents.provenPeer(session);
    }
  }
}
