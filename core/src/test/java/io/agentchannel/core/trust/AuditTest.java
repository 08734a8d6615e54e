package io.agentchannel.core.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentId;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.core.trust.Audit.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AuditTest {
  private long now;
  private final List<String> lines = new ArrayList<>();
  private final Audit audit = new Audit(() -> now, lines::add);

  private void deny(AgentId id, String name) {
    audit.denied(Reason.UNKNOWN, id, name, "10.0.0.5:4711", null, "agentchannel trust approve z6");
  }

  @Test
  void aDenialIsOneLineOfKeysAndValues() {
    AgentId id = IdentityKey.ephemeral().id();
    audit.denied(Reason.OPERATION, id, "planner", null, "chat", "agentchannel trust approve z6");

    assertThat(lines)
        .containsExactly(
            "event=denied suppressed=0 reason=operation peer="
                + id
                + " name=\"planner\" operation=\"chat\""
                + " remedy=\"agentchannel trust approve z6\"");
  }

  @Test
  void aNameCannotBreakOutOfItsLineOrItsQuotes() {
    deny(IdentityKey.ephemeral().id(), "x\" reason=none\nevent=allowed\u202e\\");

    assertThat(lines).hasSize(1);
    assertThat(lines.get(0))
        .contains("name=\"x\\\" reason=none\\\\u000aevent=allowed\\\\u202e\\\\\"")
        .doesNotContain("\n");
  }

  @Test
  void onePeerMakesFewLinesAndTheRestIsCounted() {
    AgentId id = IdentityKey.ephemeral().id();
    for (int i = 0; i < 100; i++) {
      deny(id, "loud");
    }
    assertThat(lines).hasSize(3);
    deny(IdentityKey.ephemeral().id(), "other");
    assertThat(lines.get(3)).contains("name=\"other\"").contains("suppressed=97");

    now += TimeUnit.MINUTES.toNanos(1);
    deny(id, "loud");
    assertThat(lines).hasSize(5);
  }

  @Test
  void aPlainClientIsKnownByItsAddress() {
    audit.deniedGuest("ws", "10.0.0.5", "this agent takes no guests");

    assertThat(lines)
        .containsExactly(
            "event=denied suppressed=0 reason=guest scheme=ws from=\"10.0.0.5\""
                + " why=\"this agent takes no guests\"");
  }

  @Test
  void manyPeersMakeFewLinesTogether() {
    for (int i = 0; i < 1_000; i++) {
      deny(IdentityKey.ephemeral().id(), "one of many");
    }

    assertThat(lines).hasSize(20);
  }
}
