package io.agentchannel.core.config;

import io.agentchannel.core.config.GuestRules.Mode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code guests}. No message shows a value: it may be a token in the wrong place. */
final class GuestReader {
  /** What fits into an Authorization header (RFC 6750, section 2.1, and a little more). */
  private static final Pattern TOKEN = Pattern.compile("[!-~]{1,1024}");

  private GuestReader() {}

  static GuestRules read(Map<String, Setting> guests) {
    if (guests.isEmpty()) {
      return GuestRules.NOBODY;
    }
    Setting tokens = guests.get("tokens");
    Mode mode = mode(guests.get("mode"));
    if (mode == Mode.TOKENS && tokens == null) {
      Setting any = guests.values().iterator().next();
      throw Setting.invalid(
          Keys.GUESTS, any.origin(), "say who: mode (loopback or broker) or a list of tokens");
    }
    if (mode != Mode.TOKENS && tokens != null) {
      throw tokens.invalid("tokens and mode exclude each other; keep one of them");
    }
    return new GuestRules(
        mode,
        tokens == null ? Map.of() : tokens(tokens),
        operations(guests.get("operations")),
        origins(guests.get("origins")));
  }

  private static Mode mode(@Nullable Setting setting) {
    if (setting == null) {
      return Mode.TOKENS;
    }
    return switch (Values.text(setting)) {
      case "none" -> Mode.NONE;
      case "loopback" -> Mode.LOOPBACK;
      case "broker" -> Mode.BROKER;
      default -> throw setting.invalid("must be none, loopback, broker, or a map with tokens");
    };
  }

  private static Map<String, String> tokens(Setting setting) {
    Map<String, String> principals = new LinkedHashMap<>();
    if (setting.value() instanceof Map<?, ?> named) {
      named.forEach(
          (name, token) ->
              addToken(
                  principals, setting.part(setting.key() + "." + name, token), name.toString()));
    } else {
      List<Setting> listed = Values.items(setting);
      for (int i = 0; i < listed.size(); i++) {
        addToken(principals, listed.get(i), "token " + (i + 1));
      }
    }
    if (principals.isEmpty()) {
      throw setting.invalid("holds no token; write one, or guests: none");
    }
    return principals;
  }

  private static void addToken(Map<String, String> principals, Setting token, String principal) {
    String text = Values.text(token);
    if (!TOKEN.matcher(text).matches()) {
      throw token.invalid("a token is 1 to 1024 visible ASCII characters without spaces");
    }
    if (principals.putIfAbsent(text, principal) != null) {
      throw token.invalid("two tokens are the same; make each its own");
    }
  }

  private static List<String> operations(@Nullable Setting setting) {
    if (setting == null) {
      return List.of();
    }
    List<String> operations = Values.items(setting).stream().map(Values::name).toList();
    if (operations.isEmpty()) {
      throw setting.invalid("an empty list would mean all; name some, or remove it for all");
    }
    return operations;
  }

  private static List<String> origins(@Nullable Setting setting) {
    return setting == null
        ? List.of()
        : Values.items(setting).stream().map(GuestReader::origin).toList();
  }

  private static String origin(Setting setting) {
    String text = Values.text(setting).toLowerCase(Locale.ROOT);
    try {
      URI uri = new URI(text);
      if (uri.getScheme() != null
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && text.equals(uri.getScheme() + "://" + uri.getRawAuthority())) {
        return text;
      }
    } catch (URISyntaxException e) {
      // The same answer as for a URI that is no origin.
    }
    throw setting.invalid("an origin is written https://host or https://host:port");
  }
}
