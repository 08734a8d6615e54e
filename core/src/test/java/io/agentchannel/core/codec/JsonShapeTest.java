package io.agentchannel.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.agentchannel.Payload;
import io.agentchannel.TypeRef;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonShapeTest {
  private final Codecs codecs = new Codecs(List.of());

  record Item(String id) {}

  record Example(String text, int n, List<Item> items) {}

  enum Colour {
    RED,
    GREEN
  }

  record Tree(int value, Tree parent, List<Tree> children, Map<String, Tree> byName) {}

  sealed interface Shape permits Circle, Group {}

  record Circle(double radius) implements Shape {}

  record Group(List<Shape> members) implements Shape {}

  record Amount(@JsonValue long cents) {}

  record Renamed(@JsonProperty("new-name") String old) {}

  record Box<T>(T content) {}

  @SuppressWarnings("ArrayRecordComponent") // Only its shape matters.
  record Kinds(
      boolean flag,
      Boolean flag2,
      byte b,
      Short s,
      long l,
      Float f,
      char c,
      BigDecimal d,
      BigInteger i,
      UUID id,
      URI uri,
      byte[] bytes,
      int[] ints,
      Instant at,
      Duration took,
      ZonedDateTime zoned,
      Object any,
      JsonNode node) {}

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(
            Example.class, "{\"text\":\"string\",\"n\":0,\"items\":[{\"id\":\"string\"}]}"),
        Arguments.of(Integer.class, "0"),
        Arguments.of(Colour.class, "\"RED\""),
        Arguments.of(Tree.class, "{\"value\":0,\"parent\":null,\"children\":[],\"byName\":{}}"),
        Arguments.of(Shape.class, "{\"type\":\"circle\",\"radius\":0.0}"),
        Arguments.of(Group.class, "{\"members\":[{\"type\":\"circle\",\"radius\":0.0}]}"),
        Arguments.of(Amount.class, "0"),
        Arguments.of(Renamed.class, "{\"new-name\":\"string\"}"),
        Arguments.of(new TypeRef<Box<Item>>() {}.type(), "{\"content\":{\"id\":\"string\"}}"),
        Arguments.of(new TypeRef<Optional<Item>>() {}.type(), "{\"id\":\"string\"}"),
        Arguments.of(new TypeRef<Set<Colour>>() {}.type(), "[\"RED\"]"),
        Arguments.of(new TypeRef<Map<Colour, Item>>() {}.type(), "{\"RED\":{\"id\":\"string\"}}"),
        Arguments.of(new TypeRef<Map<Integer, String>>() {}.type(), "{\"0\":\"string\"}"),
        Arguments.of(Instant.class, "\"2026-01-31T12:00:00Z\""),
        Arguments.of(Object.class, "{}"),
        Arguments.of(
            Kinds.class,
            "{\"flag\":false,\"flag2\":false,\"b\":0,\"s\":0,\"l\":0,\"f\":0.0,\"c\":\"c\","
                + "\"d\":0.0,\"i\":0,\"id\":\"00000000-0000-0000-0000-000000000000\","
                + "\"uri\":\"string\",\"bytes\":\"AA==\",\"ints\":[0],"
                + "\"at\":\"2026-01-31T12:00:00Z\",\"took\":\"PT5S\","
                + "\"zoned\":\"2026-01-31T12:00+01:00[Europe/Berlin]\",\"any\":{},\"node\":{}}"));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void theShapeIsAnExample(Type type, String shape) {
    assertThat(codecs.shapeOf(type)).isEqualTo(shape);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void theTypeReadsItsOwnShape(Type type, String shape) {
    assertThatCode(() -> codecs.decode(Payload.ofJson(shape), type)).doesNotThrowAnyException();
  }

  @Test
  void textAndBytesHaveNoJsonShape() {
    assertThat(codecs.shapeOf(String.class)).isEqualTo("text");
    assertThat(codecs.shapeOf(byte[].class)).isEqualTo("bytes");
    assertThat(codecs.shapeOf(Payload.class)).isEqualTo("bytes of any content type");
  }
}
