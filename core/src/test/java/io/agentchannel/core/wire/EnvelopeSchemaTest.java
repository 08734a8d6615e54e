package io.agentchannel.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The published {@code envelope.proto} and the code have the same fields and numbers. */
class EnvelopeSchemaTest {
  private static final Path PROTO =
      Path.of(System.getProperty("basedir", ""), "..", "docs", "protocol", "envelope.proto");
  private static final Pattern BLOCK =
      Pattern.compile("(message|enum) (\\w+) \\{([^}]*)\\}", Pattern.DOTALL);
  private static final Pattern FIELD =
      Pattern.compile(
          "^\\s*(?:repeated )?(?:map<string, string>|\\w+) (\\w+) = (\\d+)", Pattern.MULTILINE);
  private static final Pattern VALUE = Pattern.compile("^\\s*(\\w+) = (\\d+);", Pattern.MULTILINE);

  @Test
  void fieldsOfTheCodeAreThoseOfTheProto() throws IOException, IllegalAccessException {
    Map<String, Integer> published = new TreeMap<>();
    blocks("message")
        .forEach(
            (message, text) ->
                numbers(FIELD, text)
                    .forEach(
                        (field, number) -> published.put(upper(message + "_" + field), number)));
    Map<String, Integer> coded = new TreeMap<>();
    for (Field constant : Schema.class.getDeclaredFields()) {
      // Entries of maps are protobuf's, not the file's.
      if (constant.getType() == int.class && !constant.getName().startsWith("ENTRY_")) {
        coded.put(constant.getName(), constant.getInt(null));
      }
    }

    assertThat(coded).isEqualTo(published).hasSizeGreaterThan(20);
  }

  @Test
  void hotFieldsHaveTagsOfOneByte() throws IOException {
    assertThat(numbers(FIELD, blocks("message").get("Envelope")))
        .hasEntrySatisfying("kind", number -> assertThat(number).isLessThan(16))
        .hasEntrySatisfying("exchange", number -> assertThat(number).isLessThan(16))
        .hasEntrySatisfying("seq", number -> assertThat(number).isLessThan(16))
        .hasEntrySatisfying("ack", number -> assertThat(number).isLessThan(16))
        .hasEntrySatisfying("credit", number -> assertThat(number).isLessThan(16))
        .hasEntrySatisfying("body", number -> assertThat(number).isLessThan(16));
  }

  @Test
  void kindsAreThoseOfTheProto() throws IOException {
    assertThat(values("Kind"))
        .isEqualTo(coded("KIND_", Envelope.Kind.values(), Envelope.Kind::number, "UNSPECIFIED"));
  }

  @Test
  void kindsOfCallsAreThoseOfTheProto() throws IOException {
    assertThat(values("CallKind"))
        .isEqualTo(coded("CALL_KIND_", Call.Kind.values(), OpenMessage::numberOf, "UNSPECIFIED"));
  }

  @Test
  void codesAreThoseOfTheProto() throws IOException {
    assertThat(values("Code"))
        .isEqualTo(coded("CODE_", Code.values(), StatusMessage::numberOf, "OK"));
  }

  @Test
  void outcomesAreThoseOfTheProto() throws IOException {
    Map<String, Integer> coded =
        coded("OUTCOME_", Outcome.values(), outcome -> StatusMessage.numberOf(outcome), "UNKNOWN");

    assertThat(values("Outcome")).isEqualTo(coded);
  }

  @Test
  void numbersOfContentTypesAreThoseOfTheProto() throws IOException {
    assertThat(values("ContentType"))
        .isEqualTo(
            Map.of(
                "CONTENT_TYPE_NONE", ContentTypes.numberOf(""),
                "CONTENT_TYPE_JSON", ContentTypes.numberOf(Payload.JSON),
                "CONTENT_TYPE_BYTES", ContentTypes.numberOf(Payload.BYTES),
                "CONTENT_TYPE_TEXT", ContentTypes.numberOf(Payload.TEXT)));
  }

  private static <E extends Enum<E>> Map<String, Integer> coded(
      String prefix, E[] values, ToIntFunction<E> number, String zero) {
    Map<String, Integer> coded =
        Arrays.stream(values)
            .collect(Collectors.toMap(value -> prefix + value.name(), number::applyAsInt));
    coded.put(prefix + zero, 0);
    return coded;
  }

  private static Map<String, Integer> values(String name) throws IOException {
    return numbers(VALUE, blocks("enum").get(name));
  }

  private static Map<String, String> blocks(String type) throws IOException {
    String withoutComments = Files.readString(PROTO).replaceAll("//[^\n]*", "");
    return BLOCK
        .matcher(withoutComments)
        .results()
        .filter(block -> block.group(1).equals(type))
        .collect(Collectors.toMap(block -> block.group(2), block -> block.group(3)));
  }

  private static Map<String, Integer> numbers(Pattern line, String text) {
    Map<String, Integer> numbers = new TreeMap<>();
    Matcher matcher = line.matcher(text);
    while (matcher.find()) {
      numbers.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
    }
    return numbers;
  }

  private static String upper(String camelAndSnake) {
    return camelAndSnake.toUpperCase(Locale.ROOT);
  }
}
