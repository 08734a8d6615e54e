package io.agentchannel.core.card;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentchannel.AgentCard;
import io.agentchannel.AgentCard.CardOperation;
import io.agentchannel.AgentCard.CardTopic;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.OneLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads cards of other agents; nothing of one is believed before its signature is verified. */
public final class CardReader {
  private CardReader() {}

  /**
   * @param owner whose card it has to be
   * @throws AgentException {@link Code#UNAUTHENTICATED} if it is another agent's, was changed or
   *     has expired
   */
  public static AgentCard read(byte[] json, AgentId owner, Instant now) {
    try {
      ObjectNode card = SignedJson.verified(json, owner);
      if (!owner.toString().equals(card.path("id").textValue())) {
        throw new IOException("it is about another agent");
      }
      Instant expires = Instant.parse(card.path("expires").asText());
      if (!now.isBefore(expires)) {
        throw new IOException("it has expired at " + expires);
      }
      return new AgentCard(
          owner,
          card.path("name").asText(),
          texts(card.path("endpoints")),
          list(card.path("operations"), CardOperation.class),
          list(card.path("topics"), CardTopic.class),
          card.path("sequence").asLong(),
          expires,
          new String(json, StandardCharsets.UTF_8));
    } catch (IOException | DateTimeException | IllegalArgumentException e) {
      throw new AgentException(
          Code.UNAUTHENTICATED,
          Outcome.PROCESSED,
          "the card of " + owner + " is refused: " + OneLine.of(e.getMessage()),
          e);
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private static <T> List<T> list(JsonNode array, Class<T> type) throws JsonProcessingException {
    List<T> items = new ArrayList<>();
    for (JsonNode item : array) {
      items.add(SignedJson.MAPPER.treeToValue(item, type));
    }
    return items;
  }
}
