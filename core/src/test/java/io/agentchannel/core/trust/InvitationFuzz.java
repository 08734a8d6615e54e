package io.agentchannel.core.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever text is pasted as an invitation: it is one, or one line says that it is none. */
class InvitationFuzz {

  @FuzzTest
  void aTextIsAnInvitationOrNot(byte[] utf8) {
    Invitation invitation;
    try {
      invitation = Invitation.parse(new String(utf8, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage())
          .hasSizeLessThan(1000)
          .matches(line -> line.chars().noneMatch(Character::isISOControl));
      return;
    }

    Invitation again = Invitation.parse(invitation.toUri());

    assertThat(again.id()).isEqualTo(invitation.id());
    assertThat(again.at()).isEqualTo(invitation.at());
    assertThat(again.secret()).isEqualTo(invitation.secret());
    assertThat(invitation.toString()).doesNotContain("secret=");
  }
}
