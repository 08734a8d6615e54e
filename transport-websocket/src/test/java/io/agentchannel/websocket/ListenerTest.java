package io.agentchannel.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.HalfOpen;
import io.agentchannel.spi.Link;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(30)
class ListenerTest {
  @RegisterExtension final Rig rig = new Rig();

  @Test
  void theEndpointHasTheRealPortAndKeepsItsPath() throws Exception {
    URI endpoint = rig.listen("ws://127.0.0.1:0/librarian").endpoint();

    assertThat(endpoint.getPort()).isPositive();
    assertThat(endpoint).hasPath("/librarian").hasHost("127.0.0.1").hasScheme("ws");
  }

  @Test
  void aPortInUseIsSaidInOneLine() throws Exception {
    URI taken = rig.listen("ws://127.0.0.1:0").endpoint();

    assertFails(
        taken.toString(), taken + ": the port is in use; choose another or 0 for any free port");
  }

  @Test
  void anAddressOfAnotherMachineIsSaidInOneLine() {
    assertFails(
        "ws://192.0.2.1:0",
        "ws://192.0.2.1:0: this machine has no such address; listen at one of its own or at"
            + " 0.0.0.0");
  }

  @Test
  void anUnknownHostIsSaidInOneLine() {
    assertFails(
        "ws://no-such-host.invalid:0",
        "ws://no-such-host.invalid:0: the host name is not known; listen at an address of this"
            + " machine or at 0.0.0.0");
  }

  @Test
  void aMissingCertificateIsALocalFailure() {
    assertFails("wss://127.0.0.1:0", "tls: no certificate is configured");
  }

  @Test
  void strangersWhoSayNothingMakeRoomForOthers() {
    HalfOpen halfOpen = new HalfOpen(2);
    EmbeddedChannel first = new EmbeddedChannel();
    EmbeddedChannel second = new EmbeddedChannel();
    EmbeddedChannel upgraded = new EmbeddedChannel();
    EmbeddedChannel last = new EmbeddedChannel();
    halfOpen.add(upgraded);
    halfOpen.add(first);
    halfOpen.remove(upgraded);
    halfOpen.add(second);
    halfOpen.add(last);

    assertThat(first.isOpen()).isFalse();
    assertThat(upgraded.isOpen()).isTrue();
    assertThat(second.isOpen()).isTrue();
    assertThat(last.isOpen()).isTrue();
    second.finish();
    upgraded.finish();
    last.finish();
  }

  @Test
  void closingTheTransportTellsAPlainClient() throws Exception {
    try (RawClient client =
        RawClient.upgraded(rig.listen("ws://127.0.0.1:0").endpoint(), "agentchannel.v1+json")) {
      Inbox inbox = Inbox.of(Rig.next(rig.guestLinks));
      CompletableFuture<Void> closing = CompletableFuture.runAsync(rig.transport()::close);

      assertThat(client.expectClose()).isEqualTo(1001);
      Rig.get(closing);
      assertThat(inbox.end()).isNull();
    }
  }

  @Test
  void theTransportMayBeClosedOnItsOwnThread() throws Exception {
    URI endpoint = rig.listen("ws://127.0.0.1:0").endpoint();
    Link near = rig.connect(endpoint);
    Inbox atNear = Inbox.of(near);
    Inbox atFar = Inbox.of(Rig.next(rig.accepted));
    near.executor().execute(rig.transport()::close);

    assertThat(atNear.end()).isNull();
    assertThat(atFar.end()).isNull();
  }

  private void assertFails(String endpoint, String message) {
    assertThatThrownBy(() -> rig.listen(endpoint))
        .isInstanceOfSatisfying(
            AgentException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
              assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
            })
        .hasMessage(message);
  }
}
