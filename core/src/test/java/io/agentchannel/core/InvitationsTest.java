package io.agentchannel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.TrustStore;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Invitations, which let two agents in to each other that have never met. */
class InvitationsTest extends TwoUsers {
  @Test
  void anInvitationPinsBothSidesOnce() throws Exception {
    Agent librarian = librarian(Map.of());
    Agent planner = planner();
    String invitation = invitation(librarian, "ask", Duration.ofMinutes(10));
    AgentChannel channel = planner.channel(invitation);

    assertThat(channel.request(ASK, "hello")).isEqualTo("hello");

    assertThat(refused(channel, CHAT).code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(homes.trust("anna").allowed())
        .filteredOn(allowed -> allowed.source() == TrustStore.Source.APPROVED)
        .singleElement()
        .satisfies(
            allowed -> {
              assertThat(allowed.id()).isEqualTo(planner.id());
              assertThat(allowed.operations()).containsExactly("ask");
            });
    await().until(() -> homes.trust("ben").pins().size() == 1);
    assertThat(homes.trust("ben").pins().get(0).id()).isEqualTo(librarian.id());
    Agent thief = homes.start("carl", Map.of("name", "thief"));
    AgentException refusal = refused(thief.channel(invitation), ASK);
    assertThat(refusal.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(refusal).hasMessageContaining("was used, has run out");
  }

  @Test
  void whoWasInvitedIsReachedByItsIdFromThenOn() throws Exception {
    Agent librarian = librarian(Map.of());
    String invitation = invitation(librarian, "*", Duration.ofMinutes(10));
    Agent planner = planner();
    planner.channel(invitation).request(ASK, "hello");
    await().until(() -> homes.trust("ben").pins().size() == 1);
    planner.close();

    AgentId id = librarian.id();
    assertThat(planner().channel(id.toString()).request(ASK, "again")).isEqualTo("again");
  }

  @Test
  void anInvitationThatHasRunOutIsRefused() throws Exception {
    Agent librarian = librarian(Map.of());
    String invitation = invitation(librarian, "*", Duration.ofNanos(1));

    AgentException refusal = refused(planner().channel(invitation), ASK);

    assertThat(refusal.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(refusal).hasMessageContaining("has run out");
    String secret = invitation.substring(invitation.indexOf("secret=") + 7);
    assertThat(refusal.toString()).doesNotContain(secret);
    assertThat(Files.readString(homes.of("anna").resolve("invites.json"))).doesNotContain(secret);
  }

  @Test
  void anInvitationInTheConfigurationIsAnEndpointToo() throws Exception {
    Agent librarian = librarian(Map.of());
    String invitation = invitation(librarian, "*", Duration.ofMinutes(10));
    Agent planner =
        homes.start("ben", Map.of("name", "planner", "peers.library.at", List.of(invitation)));

    assertThat(planner.channel("library").request(ASK, "hello")).isEqualTo("hello");
    assertThat(planner.channel("library").explain().toString())
        .doesNotContain(invitation.substring(invitation.indexOf("secret=") + 7));
  }

  private String invitation(Agent librarian, String operations, Duration validity)
      throws IOException {
    return homes
        .trust("anna", Map.of("name", "librarian"))
        .invite(Set.of(operations), validity, librarian.endpoints());
  }
}
