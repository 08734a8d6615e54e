package io.agentchannel.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Payload;
import io.agentchannel.TypeRef;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {
  private final Codecs codecs = new Codecs(List.of());

  record Question(String text) {}

  record Item(String id, int n) {}

  record Order(String text, List<Item> items, Map<String, Item> byName) {}

  enum Colour {
    RED,
    GREEN
  }

  record Paint(Colour colour) {}

  // The contract of a record across versions.

  record QuestionV1(String text) {}

  record QuestionV2(
      String text, int limit, boolean exact, @Nullable String language, Optional<String> hint) {}

  @Test
  void anOlderReaderIgnoresAFieldThatANewerWriterAdds() {
    Payload newer =
        codecs.encode(new QuestionV2("q", 3, true, "de", Optional.of("h")), QuestionV2.class);

    assertThat(codecs.decode(newer, QuestionV1.class)).isEqualTo(new QuestionV1("q"));
  }

  @Test
  void aNewerReaderFillsAFieldThatAnOlderWriterDoesNotSend() {
    Payload older = codecs.encode(new QuestionV1("q"), QuestionV1.class);

    assertThat(codecs.decode(older, QuestionV2.class))
        .isEqualTo(new QuestionV2("q", 0, false, null, Optional.empty()));
  }

  @Test
  void theShapeOnTheWireIsTheRecordsComponentsInOrder() {
    assertThat(json(new QuestionV2("q", 3, true, null, Optional.empty()), QuestionV2.class))
        .isEqualTo("{\"text\":\"q\",\"limit\":3,\"exact\":true,\"language\":null,\"hint\":null}");
    assertThat(json(new Empty(), Empty.class)).isEqualTo("{}");
    assertThat(codecs.decode(Payload.ofJson("{\"new\":1}"), Empty.class)).isEqualTo(new Empty());
  }

  record Empty() {}

  @Test
  void nestedValuesComeBackEqual() {
    Order order =
        new Order("o", List.of(new Item("a", 1), new Item("b", 2)), Map.of("x", new Item("c", 3)));

    assertRoundTrip(order, Order.class);
    assertRoundTrip(List.of(order), new TypeRef<List<Order>>() {}.type());
    assertRoundTrip(
        Map.of("k", List.of(1, 2)), new TypeRef<Map<String, List<Integer>>>() {}.type());
    assertRoundTrip(new Paint(Colour.GREEN), Paint.class);
    assertRoundTrip(5, Integer.class);
    assertRoundTrip(true, Boolean.class);
    assertRoundTrip(new BigDecimal("1.10"), BigDecimal.class);
  }

  record When(Instant at, Duration took, LocalDate day, @Nullable Instant never) {}

  @Test
  void timeIsIso8601() {
    When when =
        new When(
            Instant.parse("2026-01-31T12:00:00.123456789Z"),
            Duration.ofMillis(1500),
            LocalDate.of(2026, 1, 31),
            null);

    assertThat(json(when, When.class))
        .isEqualTo(
            "{\"at\":\"2026-01-31T12:00:00.123456789Z\",\"took\":\"PT1.5S\","
                + "\"day\":\"2026-01-31\",\"never\":null}");
    assertRoundTrip(when, When.class);
    assertThat(errorOf("{\"at\":\"yesterday\"}", When.class))
        .isEqualTo("cannot read When: at $.at is not as Instant is written");
  }

  @Test
  void optionalIsItsValueOrNull() {
    Type type = new TypeRef<Optional<Item>>() {}.type();

    assertThat(json(Optional.of(new Item("a", 1)), type)).isEqualTo("{\"id\":\"a\",\"n\":1}");
    assertThat(json(Optional.empty(), type)).isEqualTo("null");
    assertRoundTrip(Optional.of(new Item("a", 1)), type);
    assertRoundTrip(Optional.empty(), type);
    assertRoundTrip(
        List.of(Optional.of(new Circle(1)), Optional.empty()),
        new TypeRef<List<Optional<Shape>>>() {}.type());
  }

  @Test
  void nullIsJsonsNull() {
    assertThat(json(null, Item.class)).isEqualTo("null");
    assertThat(codecs.decode(Payload.ofJson("null"), Item.class)).isNull();
  }

  // Sealed interfaces of records.

  sealed interface Shape permits Circle, Polygon {}

  record Circle(double radius) implements Shape {}

  sealed interface Polygon extends Shape permits Square, URLBox {}

  record Square(double side) implements Polygon {}

  record URLBox(String url) implements Polygon {}

  record Drawing(Shape main, List<Shape> others) {}

  @Test
  void aSealedInterfaceHasATypeProperty() {
    assertThat(json(new Circle(1), Shape.class)).isEqualTo("{\"type\":\"circle\",\"radius\":1.0}");
    assertThat(json(new URLBox("u"), Shape.class)).isEqualTo("{\"type\":\"uRLBox\",\"url\":\"u\"}");
    assertThat(json(new Drawing(new Square(2), List.of(new Circle(1))), Drawing.class))
        .isEqualTo(
            "{\"main\":{\"type\":\"square\",\"side\":2.0},"
                + "\"others\":[{\"type\":\"circle\",\"radius\":1.0}]}");
  }

  @Test
  void itsRecordsComeBackAsWhatTheyWere() {
    assertRoundTrip(new Circle(1), Shape.class);
    assertRoundTrip(new Square(2), Polygon.class);
    assertRoundTrip(new Drawing(new URLBox("u"), List.of(new Circle(1))), Drawing.class);
    assertRoundTrip(List.of(new Circle(1)), new TypeRef<List<Shape>>() {}.type());
    assertThat(codecs.decode(Payload.ofJson("{\"radius\":1,\"type\":\"circle\"}"), Shape.class))
        .isEqualTo(new Circle(1));
  }

  @Test
  void aRecordDeclaredAsItselfNeedsNoType() {
    assertThat(json(new Circle(1), Circle.class)).isEqualTo("{\"radius\":1.0}");
    assertThat(codecs.decode(Payload.ofJson("{\"type\":\"circle\",\"radius\":1}"), Circle.class))
        .isEqualTo(new Circle(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"radius\":1}",
        "{\"type\":\"triangle\"}",
        "{\"type\":\"java.lang.ProcessBuilder\"}",
        "{\"type\":5}",
        "{\"type\":\"square\"}",
      })
  void anotherTypeIsRefused(String json) {
    Type type = json.contains("square") ? new TypeRef<List<Shape>>() {}.type() : Shape.class;

    assertThat(errorOf(json, type)).doesNotContain("io.agentchannel", "ProcessBuilder");
  }

  @Test
  void anUnknownTypeIsNamedByWhatThereIs() {
    assertThat(errorOf("{\"type\":\"triangle\"}", Shape.class))
        .isEqualTo("cannot read Shape: at $ the \"type\" is not one of circle, square, uRLBox");
  }

  sealed interface Clash permits TypedClash {}

  record TypedClash(String type) implements Clash {}

  @Test
  void aRecordWithATypeOfItsOwnCannotBeToldApart() {
    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> codecs.encode(new TypedClash("x"), Clash.class))
        .havingCause()
        .havingCause()
        .withMessageContaining("TypedClash has a component named type");
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface Anything {}

  record Gadget(String command) implements Anything {}

  record Holder(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object any) {}

  @Test
  void noClassNameIsReadFromTheWireWhateverAnnotationsAskFor() {
    String gadget = Gadget.class.getName();

    errorOf("{\"@class\":\"" + gadget + "\",\"command\":\"x\"}", Anything.class);
    errorOf("{\"any\":{\"@class\":\"" + gadget + "\",\"command\":\"x\"}}", Holder.class);
    assertThat(codecs.decode(Payload.ofJson("{\"@class\":\"" + gadget + "\"}"), Object.class))
        .isEqualTo(Map.of("@class", gadget));
  }

  // Content types.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/vnd.question+json",
        "application/json;charset=\"utf-8\"",
      })
  void jsonTypesAreRead(String contentType) {
    Payload payload = Payload.of(contentType, "{\"text\":\"ü\"}".getBytes(StandardCharsets.UTF_8));

    assertThat(codecs.decode(payload, Question.class)).isEqualTo(new Question("ü"));
  }

  @ParameterizedTest
  @CsvSource({
    "application/octet-stream, application/octet-stream",
    "application/xml, application/xml",
    "application/json; charset=utf-16, application/json; charset=utf-16",
    "text/html, text/html",
    "json, json",
  })
  void otherTypesAreRefused(String contentType, String shown) {
    Payload payload = Payload.of(contentType, "{\"text\":\"x\"}".getBytes(StandardCharsets.UTF_8));

    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> codecs.decode(payload, Question.class))
        .withMessage(
            "cannot read Question: its content type is " + shown + ", this takes application/json")
        .matches(e -> e.code() == Code.INVALID_ARGUMENT);
  }

  @Test
  void plainTextIsReadByTypesThatAreWrittenAsAString() {
    assertThat(codecs.decode(Payload.ofText("RED"), Colour.class)).isEqualTo(Colour.RED);
    assertThat(codecs.decode(Payload.ofText("2026-01-31"), LocalDate.class))
        .isEqualTo(LocalDate.of(2026, 1, 31));
    assertThat(codecs.decode(Payload.ofText("\"quoted\""), Object.class)).isEqualTo("\"quoted\"");
    assertThat(((JsonNode) codecs.decode(Payload.ofText("x"), JsonNode.class)).isTextual())
        .isTrue();
    UUID uuid = new UUID(1, 2);
    assertThat(codecs.decode(Payload.ofText(uuid.toString()), UUID.class)).isEqualTo(uuid);
  }

  @Test
  void plainTextIsRefusedByTypesThatAreNot() {
    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> codecs.decode(Payload.ofText("{\"text\":\"x\"}"), Question.class))
        .withMessage("cannot read Question: at $ is not an object");
  }

  // Bad input.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"items\":[{\"id\":\"a\",\"n\":\"s3cr3t\"}]} | at $.items[0].n is not a number of this"
            + " size",
        "{\"items\":[{\"id\":\"a\",\"n\":99999999999}]} | at $.items[0].n is not a number of this"
            + " size",
        "{\"items\":\"s3cr3t\"} | at $.items is not a list",
        "{\"items\":[7]} | at $.items[0] is not an object",
        "{\"text\":{}} | at $.text is not a text",
        "[] | at $ is not an object",
        "{\"text\":s3cr3t} | it is not JSON (line 1:",
        "{\"text\":\"s3cr3t | it is not JSON (line 1:",
        "{\"text\":\"a\"} s3cr3t | it is not JSON (line 1:",
        "`` | it is empty",
        "{\"items\":[{ | it is not JSON (line 1:",
      })
  void aFailureSaysWhereAndShowsNothing(String json, String problem) {
    assertThat(errorOf(json, Order.class))
        .startsWith("cannot read Order: " + problem)
        .doesNotContain("s3cr3t", "io.agentchannel", "jackson");
  }

  @Test
  void anEnumIsNamedByItsConstants() {
    assertThat(errorOf("{\"colour\":\"BLUE\"}", Paint.class))
        .isEqualTo("cannot read Paint: at $.colour is not one of RED, GREEN");
  }

  @Test
  void twoValuesInOneMessageAreRefused() {
    assertThat(errorOf("{\"text\":\"a\"} {}", Question.class)).contains("cannot read Question");
  }

  @Test
  void aKeyOfThePeersChoiceIsEscapedAndCutInTheMessage() {
    String key = "k\\n\\u001b[31m" + "x".repeat(1000);
    Type type = new TypeRef<Map<String, Integer>>() {}.type();

    assertThat(errorOf("{\"" + key + "\":\"no\"}", type))
        .contains("$.k\\u000a\\u001b[31m")
        .hasSizeLessThan(400);
  }

  @Test
  void depthIsBounded() {
    Type type = Object.class;

    assertThat(errorOf("[".repeat(100_000), type)).contains("nested too deep");
    assertThat(errorOf("[".repeat(300) + "]".repeat(300), type)).contains("nested too deep");
    assertThat(codecs.decode(Payload.ofJson("[".repeat(200) + "]".repeat(200)), type)).isNotNull();
  }

  @Test
  void hugeNumbersAreRefusedAtOnce() {
    assertThat(errorOf("99999999999", Integer.class)).contains("at $ is not a number of this size");
    assertThat(errorOf("9".repeat(100_000), BigDecimal.class)).contains("too long a number");
  }

  @Test
  void aTextOverTwentyMegabytesIsForTheMessageLimitToRefuse() {
    String large = "x".repeat(21 << 20);

    assertThat(
            ((Question)
                    codecs.decode(
                        codecs.encode(new Question(large), Question.class), Question.class))
                .text())
        .hasSize(large.length());
  }

  @Test
  void invalidUtf8IsRefused() {
    byte[] bytes = "{\"text\":\"?\"}".getBytes(StandardCharsets.UTF_8);
    bytes[9] = (byte) 0xff;

    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> codecs.decode(Payload.of(Payload.JSON, bytes), Question.class))
        .withMessageStartingWith("cannot read Question: ")
        .withNoCause();
  }

  record Picky(int n) {
    Picky {
      if (n < 0) {
        throw new IllegalArgumentException("s3cr3t internals");
      }
    }
  }

  @Test
  void whatARecordsOwnCheckSaysStaysHere() {
    assertThat(errorOf("{\"n\":-1}", Picky.class))
        .isEqualTo("cannot read Picky: at $ is not accepted");
  }

  record Unwritable(Object self) {}

  @Test
  void whatHasNoJsonFormFailsHereWithItsCause() {
    Unwritable loop = new Unwritable(new Object[1]);
    ((Object[]) loop.self())[0] = loop;

    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> codecs.encode(loop, Unwritable.class))
        .withMessage("cannot write Unwritable: it has no JSON form, see the cause")
        .matches(e -> e.code() == Code.INVALID_ARGUMENT && e.getCause() != null);
    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> codecs.encode("a text", Item.class))
        .withMessageStartingWith("cannot write Item");
  }

  private void assertRoundTrip(Object value, Type type) {
    assertThat(codecs.decode(codecs.encode(value, type), type)).isEqualTo(value);
  }

  private String json(@Nullable Object value, Type type) {
    Payload payload = codecs.encode(value, type);
    assertThat(payload.contentType()).isEqualTo(Payload.JSON);
    return payload.utf8();
  }

  /** The message, after checking that nothing else comes with it. */
  private String errorOf(String json, Type type) {
    AgentException e =
        catchThrowableOfType(AgentException.class, () -> codecs.decode(Payload.ofJson(json), type));
    assertThat(e).as("refused").isNotNull();
    assertThat(e.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(e).hasNoCause();
    assertThat(e.getMessage()).matches(m -> m.chars().noneMatch(Character::isISOControl));
    return e.getMessage();
  }
}
