package io.agentchannel.core.config;

import io.agentchannel.core.OneLine;
import io.agentchannel.core.config.Key.Reading;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads one value, whether it was written in a file or set in code. */
final class Values {
  /** The rule of {@link io.agentchannel.Operation}; as a file name it is harmless too. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,18})(|B|KiB|MiB|GiB)");
  private static final Pattern DIGITS = Pattern.compile("\\d+");

  /** Short enough that nanoseconds in a long never overflow. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private Values() {}

  static String text(Setting setting) {
    Object value = setting.value();
    if (value instanceof List<?> || value instanceof java.util.Map<?, ?>) {
      throw setting.invalid("takes one text, not a list or a map");
    }
    String text = value.toString();
    if (text.isEmpty()) {
      throw setting.invalid("is empty; write a value or remove it");
    }
    return text;
  }

  static String name(Setting setting) {
    String text = text(setting);
    if (!isName(text)) {
      throw setting.invalid(
          "names are 1 to 128 of A-Z a-z 0-9 . _ - and begin with a letter or digit");
    }
    return text;
  }

  static List<String> names(Setting setting) {
    return items(setting).stream().map(Values::name).toList();
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  static Path path(Setting setting) {
    try {
      return Path.of(text(setting));
    } catch (InvalidPathException e) {
      throw setting.invalid("is not a file's path: " + OneLine.of(e.getReason()));
    }
  }

  /** A list of texts, or one text alone. */
  static List<Setting> items(Setting setting) {
    if (setting.value() instanceof List<?> list) {
      return list.stream().map(item -> setting.part(setting.key(), item)).toList();
    }
    return List.of(setting);
  }

  static List<URI> endpoints(Setting setting) {
    return items(setting).stream().map(Values::endpoint).toList();
  }

  private static URI endpoint(Setting setting) {
    String text = text(setting);
    try {
      URI endpoint = new URI(text);
      if (endpoint.getScheme() != null) {
        return endpoint;
      }
    } catch (URISyntaxException e) {
      // The same answer as for a URI without a scheme.
    }
    throw setting.invalid(setting.shown() + " is not an endpoint; write one like ws://host:port");
  }

  static boolean flag(Setting setting) {
    return switch (text(setting)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw setting.invalid("must be true or false, not " + setting.shown());
    };
  }

  static int count(Setting setting, int least, int most) {
    String text = text(setting);
    if (!DIGITS.matcher(text).matches()) {
      throw setting.invalid(setting.shown() + " is not a whole number");
    }
    long count = text.length() > 10 ? Long.MAX_VALUE : Long.parseLong(text);
    if (count < least || count > most) {
      throw setting.invalid("must be " + least + " to " + most + ", not " + setting.shown());
    }
    return (int) count;
  }

  static long size(Setting setting, long least, long most) {
    Matcher matcher = SIZE.matcher(text(setting));
    if (!matcher.matches()) {
      throw setting.invalid(setting.shown() + " is not a size; write bytes or 64KiB, 16MiB, 1GiB");
    }
    long number = Long.parseLong(matcher.group(1));
    int shift =
        switch (matcher.group(2)) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          default -> 0;
        };
    long bytes = number > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : number << shift;
    if (bytes < least || bytes > most) {
      throw setting.invalid(
          "must be " + sizeText(least) + " to " + sizeText(most) + ", not " + setting.shown());
    }
    return bytes;
  }

  static Duration duration(Setting setting, Duration least) {
    Duration duration =
        setting.value() instanceof Duration given ? given : parseDuration(setting, text(setting));
    if (duration.compareTo(least) < 0) {
      throw setting.invalid("must be at least " + durationText(least) + ", not " + setting.shown());
    }
    if (duration.compareTo(LONGEST) > 0) {
      throw setting.invalid("must be at most a year, not " + setting.shown());
    }
    return duration;
  }

  private static Duration parseDuration(Setting setting, String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      String problem = DIGITS.matcher(text).matches() ? " has no unit" : " is not a duration";
      throw setting.invalid(setting.shown() + problem + "; write 250ms, 5s, 2m or 1h");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  /** One of an enum's constants, written in lower case. */
  static <E extends Enum<E>> Reading<E> oneOf(Class<E> type) {
    return setting -> {
      String text = text(setting);
      for (E constant : type.getEnumConstants()) {
        if (word(constant).equals(text)) {
          return constant;
        }
      }
      throw setting.invalid("must be " + words(type.getEnumConstants()));
    };
  }

  private static String words(Enum<?>[] constants) {
    return Arrays.stream(constants).map(Values::word).collect(Collectors.joining(" or "));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** As people would write it. */
  static String sizeText(long bytes) {
    String[] units = {"GiB", "MiB", "KiB"};
    for (int i = 0; i < units.length; i++) {
      int shift = 30 - 10 * i;
      if (bytes != 0 && bytes % (1L << shift) == 0) {
        return (bytes >> shift) + units[i];
      }
    }
    return Long.toString(bytes);
  }

  /** As people would write it. */
  static String durationText(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
