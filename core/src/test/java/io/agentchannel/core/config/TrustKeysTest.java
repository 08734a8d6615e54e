package io.agentchannel.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentId;
import io.agentchannel.core.config.TrustRules.Policy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrustKeysTest {
  private static final String ID = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";

  private final Sources sources = new Sources();

  @Test
  void withoutAWordStrangersAreAskedAbout() {
    assertThat(sources.resolve().trust()).isEqualTo(new TrustRules(Policy.ASK, Map.of()));
  }

  @Test
  void agentsAreAllowedByIdAndOperation() {
    sources.config(
        Map.of("trust", Map.of("policy", "allow", "allow", Map.of(ID, List.of("ask", "chat")))));

    TrustRules trust = sources.resolve().trust();

    assertThat(trust.policy()).isEqualTo(Policy.ALLOW);
    Grant grant = trust.allow().get(AgentId.parse(ID));
    assertThat(grant.covers("ask")).isTrue();
    assertThat(grant.covers("chat")).isTrue();
    assertThat(grant.covers("other")).isFalse();
  }

  @Test
  void oneOperationMayStandAloneAndAStarIsAll() {
    sources.environment("AGENTCHANNEL_TRUST_ALLOW", "{\"" + ID + "\": \"*\"}");

    assertThat(sources.resolve().trust().allow()).containsEntry(AgentId.parse(ID), Grant.ALL);
  }

  @Test
  void mistakesAreNamed() {
    assertThat(error("policy", "closed"))
        .isEqualTo("trust.policy (config): must be ask or allow or open");
    assertThat(error("allow", List.of(ID))).startsWith("trust.allow (config): takes a map");
    assertThat(error("allow", Map.of("planner", "*")))
        .startsWith("trust.allow (config): 'planner' is not an agent id");
    assertThat(error("allow", Map.of(ID, List.of()))).contains("an empty list allows nothing");
    assertThat(error("allow", Map.of(ID, "two words"))).contains("'two words' is not an operation");
    assertThat(error("allowed", Map.of())).contains("did you mean trust.allow?");
  }

  private static String error(String key, Object value) {
    return new Sources().config(Map.of("trust", Map.of(key, value))).error();
  }
}
