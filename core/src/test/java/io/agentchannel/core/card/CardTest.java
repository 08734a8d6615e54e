package io.agentchannel.core.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentchannel.AgentCard;
import io.agentchannel.AgentCard.CardOperation;
import io.agentchannel.AgentCard.CardTopic;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.core.security.IdentityKey;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CardTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final IdentityKey key = IdentityKey.ephemeral();
  private final List<String> endpoints = new ArrayList<>(List.of("ws://10.0.0.5:7080"));
  private final CardMaker maker = makerAt(NOW);

  private CardMaker makerAt(Instant time) {
    return new CardMaker(
        key,
        "librärian \"of\" \u0007",
        List.of(new CardOperation("ask", Call.Kind.UNARY, true, "{\"text\": \"\"}", "\"\"")),
        List.of(new CardTopic("news", "text")),
        () -> endpoints,
        Clock.fixed(time, ZoneOffset.UTC));
  }

  private static AgentException refusal(byte[] json, AgentId owner, Instant now) {
    return catchThrowableOfType(AgentException.class, () -> CardReader.read(json, owner, now));
  }

  @Test
  void whatWasSignedIsRead() {
    AgentCard card = CardReader.read(maker.card(), key.id(), NOW);

    assertThat(card.id()).isEqualTo(key.id());
    assertThat(card.name()).isEqualTo("librärian \"of\" \u0007");
    assertThat(card.endpoints()).containsExactly("ws://10.0.0.5:7080");
    assertThat(card.operations())
        .containsExactly(
            new CardOperation("ask", Call.Kind.UNARY, true, "{\"text\": \"\"}", "\"\""));
    assertThat(card.topics()).containsExactly(new CardTopic("news", "text"));
    assertThat(card.sequence()).isEqualTo(NOW.toEpochMilli());
    assertThat(card.expires()).isEqualTo(NOW.plus(Duration.ofHours(24)));
  }

  @Test
  void orderAndWhiteSpaceOfTheTextDoNotMatter() throws Exception {
    ObjectNode parsed = (ObjectNode) SignedJson.MAPPER.readTree(maker.card());
    ObjectNode turned = SignedJson.MAPPER.createObjectNode();
    List<String> names = new ArrayList<>();
    parsed.fieldNames().forEachRemaining(names::add);
    for (int i = names.size() - 1; i >= 0; i--) {
      turned.set(names.get(i), parsed.get(names.get(i)));
    }
    byte[] pretty = SignedJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(turned);

    assertThat(CardReader.read(pretty, key.id(), NOW).name()).startsWith("librärian");
  }

  @Test
  void everyChangeOfAByteIsNoticed() {
    byte[] json = maker.card();
    for (int i = 0; i < json.length; i++) {
      byte[] changed = json.clone();
      changed[i] ^= 1;
      AgentException refusal = refusal(changed, key.id(), NOW);

      assertThat(refusal).as("byte " + i).isNotNull();
      assertThat(refusal.code()).isEqualTo(Code.UNAUTHENTICATED);
    }
  }

  @Test
  void anotherAgentsCardIsRefused() {
    AgentId other = IdentityKey.ephemeral().id();

    assertThat(refusal(maker.card(), other, NOW)).hasMessageContaining("not signed by " + other);
  }

  @Test
  void aCardThatHasExpiredIsRefused() {
    byte[] json = maker.card();

    assertThat(refusal(json, key.id(), NOW.plus(Duration.ofHours(24))))
        .hasMessageContaining("has expired");
    assertThat(CardReader.read(json, key.id(), NOW.plus(Duration.ofHours(23)))).isNotNull();
  }

  @Test
  void aFieldThatIsThereTwiceIsRefused() {
    String json = new String(maker.card(), StandardCharsets.UTF_8);
    String twice = json.replaceFirst("\\{", "{\"name\":\"other\",");

    assertThat(refusal(twice.getBytes(StandardCharsets.UTF_8), key.id(), NOW)).isNotNull();
  }

  @Test
  void whatIsNoCardIsRefused() {
    for (String text :
        List.of("", "[]", "{}", "null", "{\"signature\":1}", "{\"signature\":\"!\"}")) {
      assertThat(refusal(text.getBytes(StandardCharsets.UTF_8), key.id(), NOW))
          .as(text)
          .isNotNull();
    }
  }

  @Test
  void aCardIsSignedAgainWhenItSaysSomethingElse() {
    byte[] first = maker.card();
    assertThat(maker.card()).isEqualTo(first);
    endpoints.add("wss://lib.example.org");

    AgentCard next = CardReader.read(maker.card(), key.id(), NOW);

    assertThat(next.endpoints()).hasSize(2);
    assertThat(next.sequence()).isGreaterThan(NOW.toEpochMilli());
  }
}
