package io.agentchannel.core.config;

import io.agentchannel.AgentException;
import io.agentchannel.core.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Expands <code>${env:NAME}</code> and <code>${file:path}</code> in texts, <code>$${</code> being a
 * plain <code>${</code>. What comes in is not expanded again. A file's last line break is dropped.
 */
final class References {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)}?");
  private static final int MAX_FILE_BYTES = 64 * 1024;

  private final Map<String, String> environment;

  References(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The setting with every text in it, also within lists and maps, expanded. */
  Setting expand(String key, Object value, String origin) {
    Object expanded = expandAny(key, value, origin);
    return new Setting(key, expanded, origin, !expanded.equals(value));
  }

  private Object expandAny(String key, Object value, String origin) {
    if (value instanceof String text) {
      return text.contains("${") ? expandText(key, text, origin) : text;
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>(list.size());
      for (Object item : list) {
        copy.add(expandAny(key, requireValue(key, item, origin), origin));
      }
      return List.copyOf(copy);
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach(
          (name, item) ->
              copy.put(name, expandAny(key + "." + name, requireValue(key, item, origin), origin)));
      return copy;
    }
    return requireValue(key, value, origin);
  }

  private String expandText(String key, String text, String origin) {
    Matcher matcher = REFERENCE.matcher(text);
    StringBuilder expanded = new StringBuilder();
    while (matcher.find()) {
      String found =
          matcher.group(1) == null ? "${" : resolve(key, matcher.group(), matcher.group(1), origin);
      matcher.appendReplacement(expanded, Matcher.quoteReplacement(found));
    }
    return matcher.appendTail(expanded).toString();
  }

  private String resolve(String key, String whole, String reference, String origin) {
    if (whole.endsWith("}") && reference.startsWith("env:")) {
      String name = reference.substring("env:".length());
      String value = environment.get(name);
      if (value == null) {
        throw Setting.invalid(
            key, origin, "the environment variable " + OneLine.of(name) + " is not set; set it");
      }
      return value;
    }
    if (whole.endsWith("}") && reference.startsWith("file:")) {
      return readFile(key, reference.substring("file:".length()), origin);
    }
    throw Setting.invalid(
        key, origin, "write ${env:NAME} or ${file:path}, or $${ where a plain ${ is meant");
  }

  private static String readFile(String key, String path, String origin) {
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw unreadable(key, path, origin, "is larger than 64 KiB");
      }
      String text = new String(bytes, StandardCharsets.UTF_8);
      return text.endsWith("\r\n")
          ? text.substring(0, text.length() - 2)
          : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    } catch (IOException | InvalidPathException e) {
      throw unreadable(key, path, origin, "cannot be read; create it or correct the path");
    }
  }

  private static AgentException unreadable(String key, String path, String origin, String problem) {
    return Setting.invalid(key, origin, "the file " + OneLine.of(path) + " " + problem);
  }

  private static Object requireValue(String key, Object value, String origin) {
    if (value == null) {
      throw Setting.invalid(key, origin, "has an empty value; write one or remove it");
    }
    return value;
  }
}
