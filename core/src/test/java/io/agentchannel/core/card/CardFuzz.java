package io.agentchannel.core.card;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentchannel.AgentCard;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.core.security.IdentityKey;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whatever comes as a card, of a stranger or signed by its owner: it is read or refused. */
class CardFuzz {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final IdentityKey owner = IdentityKey.ephemeral();

  @FuzzTest
  void aCardIsReadOrRefused(byte[] json) {
    assertThat(read(json)).as("what the owner has not signed").isNull();

    byte[] signed = signed(json);
    if (signed != null) {
      AgentCard card = read(signed);
      assertThat(read(signed)).isEqualTo(card);
      assertThat(card == null || card.id().equals(owner.id())).isTrue();
    }
  }

  private @Nullable AgentCard read(byte[] json) {
    try {
      return CardReader.read(json, owner.id(), NOW);
    } catch (AgentException e) {
      assertThat(e.code()).isEqualTo(Code.UNAUTHENTICATED);
      assertThat(e.getMessage())
          .hasSizeLessThan(1000)
          .matches(line -> line.chars().noneMatch(Character::isISOControl));
      return null;
    }
  }

  /** As the owner would sign it, who may mean no good either; null if it is no object. */
  private byte @Nullable [] signed(byte[] json) {
    try {
      JsonNode tree = SignedJson.MAPPER.readTree(json);
      if (!(tree instanceof ObjectNode object)) {
        return null;
      }
      object.remove("signature");
      if (object.has("id")) {
        object.put("id", owner.id().toString());
      }
      return SignedJson.sign(object, owner);
    } catch (IOException e) {
      return null;
    }
  }
}
