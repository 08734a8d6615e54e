package io.agentchannel.core.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.agentchannel.core.security.IdentityKey;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InvitationTest {
  private static final String ID = IdentityKey.ephemeral().id().toString();

  @Test
  void whatIsWrittenIsRead() {
    Invitation made =
        new Invitation(
            IdentityKey.ephemeral().id(),
            List.of(URI.create("wss://lib.example.org:443/a?b=c&d"), URI.create("p2p:lib")),
            new byte[] {1, -1, 62, 63});

    Invitation read = Invitation.parse(made.toUri());

    assertThat(made.toUri()).startsWith("agentchannel:did:key:z6Mk").doesNotContain("://");
    assertThat(URI.create(made.toUri()).getScheme()).isEqualTo("agentchannel");
    assertThat(read.id()).isEqualTo(made.id());
    assertThat(read.at()).isEqualTo(made.at());
    assertThat(read.secret()).isEqualTo(made.secret());
  }

  @Test
  void whatLaterVersionsAddIsPassedOver() {
    String text = "agentchannel:" + ID + "?v=2&at=ws%3A%2F%2Fa&new&secret=AAAA";

    assertThat(Invitation.parse(text).at()).containsExactly(URI.create("ws://a"));
  }

  @Test
  void itIsShownWithoutItsSecret() {
    assertThat(Invitation.parse("agentchannel:" + ID + "?at=ws%3A%2F%2Fa&secret=AAAA"))
        .hasToString("agentchannel:" + ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?",
        "?at=ws%3A%2F%2Fa",
        "?secret=AAAA",
        "?at=ws%3A%2F%2Fa&secret=",
        "?at=ws%3A%2F%2Fa&secret=!",
        "?at=%zz&secret=AAAA",
        "?at=nowhere&secret=AAAA",
        "?at=agentchannel%3Ax&secret=AAAA"
      })
  void whatIsIncompleteIsRefusedWithoutShowingIt(String rest) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Invitation.parse("agentchannel:" + ID + rest))
        .withMessageStartingWith("not an invitation: ")
        .withMessageNotContaining("AAAA");
  }
}
