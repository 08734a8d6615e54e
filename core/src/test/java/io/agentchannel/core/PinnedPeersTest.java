package io.agentchannel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.TrustStore;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.testkit.Hostility;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whom an agent takes for the peer that it calls: by its id, or by the first that answered. */
class PinnedPeersTest extends TwoUsers {
  @Test
  void anotherKeyAtAPinnedAddressIsRefusedUntilItIsForgotten() throws Exception {
    Agent first = librarian(Map.of("trust.policy", "open"));
    String address = first.endpoints().get(0).toString();
    Agent planner = planner();
    AgentChannel channel = planner.channel(address);
    assertThat(channel.request(ASK, "hello")).isEqualTo("hello");
    TrustStore trust = homes.trust("ben");
    assertThat(trust.pins()).singleElement().extracting(TrustStore.Pin::id).isEqualTo(first.id());
    String pin = trust.pins().get(0).name();
    first.close();
    Agent second =
        homes.start(
            "carl",
            Map.of("name", "librarian", "listen", List.of(address), "trust.policy", "open"),
            echo(ASK));

    AgentException refusal = refused(channel, ASK);

    assertThat(refusal.code()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(refusal).hasMessageContaining("agentchannel trust forget " + pin);
    assertThat(runs).hasValue(1);
    assertThat(trust.forget(pin)).isEqualTo(first.id());
    assertThat(channel.request(ASK, "again")).isEqualTo("again");
    assertThat(channel.explain().peer()).isEqualTo(second.id());
  }

  @Test
  void aPinBelongsToTheConfiguredNameWhereverThePeerIs() throws Exception {
    Agent first = librarian(Map.of("trust.policy", "open"));
    Agent other =
        homes.start(
            "carl",
            Map.of("name", "librarian", "listen", List.of("memory://*"), "trust.policy", "open"),
            echo(ASK));
    Agent before = homes.start("ben", Map.of("name", "planner", "peers.library.at", at(first)));
    assertThat(before.channel("library").request(ASK, "x")).isEqualTo("x");
    before.close();
    Agent after = homes.start("ben", Map.of("name", "planner", "peers.library.at", at(other)));

    AgentException refusal = refused(after.channel("library"), ASK);

    assertThat(refusal.code()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(refusal).hasMessageContaining("agentchannel trust forget library");
  }

  private static List<String> at(Agent agent) {
    return List.of(agent.endpoints().get(0).toString());
  }

  @Test
  void agentsOfOnesOwnHomeAreNotPinned() throws Exception {
    Agent librarian = librarian(Map.of());
    Agent cli = homes.start("anna", Map.of("name", "cli"));

    assertThat(channel(cli, librarian).request(ASK, "hello")).isEqualTo("hello");

    assertThat(homes.trust("anna").pins()).isEmpty();
  }

  @Test
  void anAgentThatIsNotKeptKeepsNothingInTheHome() throws Exception {
    Agent librarian = librarian(Map.of("identity", "ephemeral"));
    Agent planner = homes.start("ben", Map.of("name", "planner", "identity", "ephemeral"));
    Agent open =
        homes.start(
            "carl",
            Map.of("name", "open", "listen", List.of("memory://*"), "trust.policy", "open"),
            echo(ASK));

    refused(channel(planner, librarian), ASK);
    assertThat(channel(planner, open).request(ASK, "x")).isEqualTo("x");

    assertThat(homes.of("anna").resolve("pending.json")).doesNotExist();
    assertThat(homes.of("ben").resolve("pins.json")).doesNotExist();
    homes.trust("anna").approve(planner.id(), Set.of("*"));
    assertThat(channel(planner, librarian).request(ASK, "x")).isEqualTo("x");
  }

  @Test
  void throughABrokerThePeersIdIsRequired() throws Exception {
    Agent librarian = librarian(Map.of("trust.policy", "open"));
    String brokered =
        Hostility.none()
            .path(LinkInfo.Path.BROKERED)
            .applyTo(librarian.endpoints().get(0))
            .toString();
    Agent planner =
        homes.start(
            "ben",
            Map.of(
                "name",
                "planner",
                "peers.library.id",
                librarian.id().toString(),
                "peers.library.at",
                List.of(brokered)));

    AgentException refusal = refused(planner.channel(brokered), ASK);

    assertThat(refusal.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(refusal).hasMessageContaining("its id must be known");
    assertThat(homes.trust("ben").pins()).isEmpty();
    assertThat(planner.channel("library").request(ASK, "hello")).isEqualTo("hello");
  }

  @Test
  void thePathOfAnEndpointMaySayWhoHasToAnswer() throws Exception {
    Agent librarian = librarian(Map.of("trust.policy", "open"));
    Agent planner = planner();
    String endpoint = librarian.endpoints().get(0).toString();

    assertThat(planner.channel(endpoint + "/" + librarian.id()).request(ASK, "x")).isEqualTo("x");
    AgentException refusal = refused(planner.channel(endpoint + "/" + planner.id()), ASK);
    assertThat(refusal.code()).isIn(Code.NOT_FOUND, Code.UNAUTHENTICATED);
  }
}
