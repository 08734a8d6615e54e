package io.agentchannel.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values that options take. */
final class Values {
  private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|h)");
  private static final Pattern SIZE =
      Pattern.compile("(\\d+)\\s*(B|KiB|MiB|GiB)?", Pattern.CASE_INSENSITIVE);

  private Values() {}

  /** {@code KEY=VALUE} pairs in the order given, the last of a key winning. */
  static Map<String, String> pairs(String option, List<String> texts) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw CommandFailure.usage(option + " takes KEY=VALUE, not " + text);
      }
      pairs.put(text.substring(0, equals), text.substring(equals + 1));
    }
    return pairs;
  }

  /**
   * The value of a setting: a list or a map where it is written as one in YAML ({@code [a, b]},
   * {@code {k: v}}), a text in all other cases, so that a secret of digits stays what it is.
   */
  static Object setting(String key, String text) {
    String stripped = text.strip();
    if (!stripped.startsWith("[") && !stripped.startsWith("{")) {
      return text;
    }
    try {
      return new ObjectMapper(new YAMLFactory()).readValue(stripped, Object.class);
    } catch (JsonProcessingException e) {
      throw CommandFailure.usage("--set " + key + ": neither a text nor a list or map in YAML");
    }
  }

  /** {@code 250ms}, {@code 5s}, {@code 1.5s}, {@code 2m}, {@code 1h}; longer than nothing. */
  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text.strip());
    if (matcher.matches()) {
      long nanos =
          switch (matcher.group(2)) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
          };
      BigDecimal total = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(nanos));
      if (total.signum() > 0 && total.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0) {
        return Duration.ofNanos(total.longValue());
      }
    }
    throw new IllegalArgumentException("a time is written as 250ms, 5s, 2m or 1h, not " + text);
  }

  /** {@code 65536}, {@code 64KiB}, {@code 16MiB}; a number is bytes. */
  static long size(Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    Matcher matcher = SIZE.matcher(value.toString().strip());
    if (!matcher.matches() || matcher.group(1).length() > 9) {
      throw new IllegalArgumentException("a size is written as 65536, 64KiB or 16MiB");
    }
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    int shift =
        switch (Character.toUpperCase(unit.charAt(0))) {
          case 'K' -> 10;
          case 'M' -> 20;
          case 'G' -> 30;
          default -> 0;
        };
    return Long.parseLong(matcher.group(1)) << shift;
  }
}
