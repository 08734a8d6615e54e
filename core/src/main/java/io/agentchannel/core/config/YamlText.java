package io.agentchannel.core.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.OneLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * One YAML text as maps, lists and texts. Scalars stay as written: whether {@code 007} is a number
 * and {@code no} a name is for the key to say, not for YAML's guesses. Aliases are refused, so that
 * a small file cannot unfold into a large one.
 */
final class YamlText {
  private static final int MAX_DEPTH = 32;

  private static final YAMLFactory FACTORY = factory();

  private final String source;
  private final YAMLParser parser;

  private YamlText(String source, YAMLParser parser) {
    this.source = source;
    this.parser = parser;
  }

  /** Parses a document whose root is a map or nothing. */
  @SuppressWarnings("unchecked") // What begins with START_OBJECT is made by map().
  static Map<String, Object> parseMap(String text, String source) {
    Object root = parse(text, source, true);
    return root == null ? Map.of() : (Map<String, Object>) root;
  }

  /** Parses any one value; null if the text holds none. */
  static @Nullable Object parseValue(String text, String source) {
    return parse(text, source, false);
  }

  private static @Nullable Object parse(String text, String source, boolean mapOnly) {
    try (YAMLParser parser = FACTORY.createParser(text)) {
      return new YamlText(source, parser).document(mapOnly);
    } catch (JsonProcessingException e) {
      throw notYaml(source, e);
    } catch (IOException e) {
      throw invalid(source, -1, -1, "not YAML: " + OneLine.of(e.getMessage()));
    }
  }

  private @Nullable Object document(boolean mapOnly) throws IOException {
    JsonToken first = parser.nextToken();
    boolean empty = first == null || first == JsonToken.VALUE_NULL;
    if (mapOnly && !empty && first != JsonToken.START_OBJECT) {
      throw invalid("expected 'key: value' lines at the top, not a list or a text");
    }
    Object root = empty ? null : value(0);
    if (parser.nextToken() != null) {
      throw invalid("a second document begins here; keep one");
    }
    return root;
  }

  private Object value(int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw invalid("nested more than " + MAX_DEPTH + " deep; flatten it");
    }
    if (parser.isCurrentAlias()) {
      throw invalid("aliases (*name) are not supported; write the value out");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> map(depth + 1);
      case START_ARRAY -> list(depth + 1);
      case VALUE_NULL -> throw invalid("an empty value; write one or remove the line");
      default -> parser.getText();
    };
  }

  private Map<String, Object> map(int depth) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      if (map.containsKey(key)) {
        throw invalid("'" + OneLine.of(key) + "' is there twice; keep one");
      }
      if (parser.nextToken() == JsonToken.VALUE_NULL) {
        throw invalid("'" + OneLine.of(key) + "' has no value; write one or remove the key");
      }
      map.put(key, value(depth));
    }
    return Collections.unmodifiableMap(map);
  }

  private List<Object> list(int depth) throws IOException {
    List<Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(depth));
    }
    return Collections.unmodifiableList(list);
  }

  private AgentException invalid(String problem) {
    JsonLocation at = parser.currentTokenLocation();
    return invalid(source, at.getLineNr(), at.getColumnNr(), problem);
  }

  private static AgentException invalid(String source, int line, int column, String problem) {
    String at = line > 0 ? ", line " + line + ":" + Math.max(column, 1) : "";
    return new AgentException(
        Code.INVALID_ARGUMENT, Outcome.NOT_SENT, source + at + ": " + problem);
  }

  /** The parser's own words, without the lines of the file that it quotes: they may be secrets. */
  private static AgentException notYaml(String source, JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      Mark at = marked.getProblemMark();
      String problem = "not YAML: " + OneLine.of(marked.getProblem());
      return invalid(source, at.getLine() + 1, at.getColumn() + 1, problem);
    }
    JsonLocation at = e.getLocation() == null ? JsonLocation.NA : e.getLocation();
    String problem = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
    return invalid(source, at.getLineNr(), at.getColumnNr(), "not YAML: " + OneLine.of(problem));
  }

  private static YAMLFactory factory() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(YamlFiles.MAX_BYTES);
    // Above ours, so that it is our message that people see.
    options.setNestingDepthLimit(2 * MAX_DEPTH);
    return YAMLFactory.builder()
        .loaderOptions(options)
        .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
        .build();
  }
}
