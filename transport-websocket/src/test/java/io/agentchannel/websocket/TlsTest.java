package io.agentchannel.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.netty.internal.Tls;
import io.agentchannel.spi.Link;
import io.agentchannel.testkit.TestCertificates;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.net.ssl.SNIHostName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsTest {
  @TempDir private static Path folder;
  private static TestCertificates ofAddress;
  private static TestCertificates ofOther;

  @RegisterExtension final Rig rig = new Rig();

  @BeforeAll
  static void makeCertificates() throws Exception {
    ofAddress = TestCertificates.of(folder, "ip:127.0.0.1");
    ofOther = TestCertificates.of(folder, "dns:other.example");
  }

  @Test
  void packetsOfEverySizeGoThroughTls() throws Exception {
    rig.tls = ofAddress;
    URI endpoint = rig.listen("wss://127.0.0.1:0").endpoint();
    Link near = rig.connect(endpoint);
    Inbox atNear = Inbox.of(near);
    Link far = Rig.next(rig.accepted);
    Inbox atFar = Inbox.of(far);

    assertThat(near.info().scheme()).isEqualTo("wss");
    for (int size : new int[] {1, 125, 126, 16 * 1024, 16 * 1024 + 1, Settings.MAX_PACKET}) {
      byte[] packet = new byte[size];
      packet[size - 1] = (byte) size;
      near.send(ByteBuffer.wrap(packet.clone()));
      assertThat(atFar.next()).isEqualTo(packet);
      far.send(ByteBuffer.wrap(packet.clone()));
      assertThat(atNear.next()).isEqualTo(packet);
    }
    near.close();
    assertThat(atFar.end()).isNull();
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() throws Exception {
    rig.tls = ofOther;
    URI endpoint = rig.listen("wss://127.0.0.1:0").endpoint();

    assertRefused(endpoint, Code.FAILED_PRECONDITION, "the TLS handshake failed: No subject");
    assertThat(rig.accepted).isEmpty();
  }

  @Test
  void aCertificateThatIsNotTrustedIsRefused() throws Exception {
    rig.tls = ofAddress.trusting(ofOther);
    URI endpoint = rig.listen("wss://127.0.0.1:0").endpoint();

    assertRefused(
        endpoint, Code.FAILED_PRECONDITION, "the TLS handshake failed: unable to find valid");
  }

  @Test
  void aPlainServerDoesNotSpeakTls() throws Exception {
    rig.tls = ofAddress;
    URI plain = rig.listen("ws://127.0.0.1:0").endpoint();

    assertRefused(
        URI.create("wss://127.0.0.1:" + plain.getPort()),
        Code.FAILED_PRECONDITION,
        "does not speak TLS; is it ws://?");
  }

  @Test
  void aPlainClientOfATlsServerIsCutOff() throws Exception {
    rig.tls = ofAddress;
    URI endpoint = rig.listen("wss://127.0.0.1:0").endpoint();

    assertThatThrownBy(() -> rig.connect(URI.create("ws://127.0.0.1:" + endpoint.getPort())))
        .isInstanceOf(AgentException.class)
        .message()
        .startsWith("ws://127.0.0.1:" + endpoint.getPort() + ": ");
  }

  @Test
  void theHostNameIsCheckedAndSent() {
    var parameters =
        Tls.clientEngine(ofAddress.client(), ofAddress, "localhost", 443).getSSLParameters();

    assertThat(parameters.getEndpointIdentificationAlgorithm()).isEqualTo("HTTPS");
    assertThat(parameters.getServerNames()).containsExactly(new SNIHostName("localhost"));
  }

  private void assertRefused(URI endpoint, Code code, String message) {
    assertThatThrownBy(() -> rig.connect(endpoint))
        .isInstanceOfSatisfying(
            AgentException.class, failure -> assertThat(failure.code()).isEqualTo(code))
        .message()
        .startsWith(endpoint + ": " + message)
        .doesNotContain("\n");
  }
}
