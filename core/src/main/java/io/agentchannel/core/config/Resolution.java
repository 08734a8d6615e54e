package io.agentchannel.core.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lays the sources of configuration over each other, weakest first. A key that a later source has
 * replaces the earlier one's; {@code peers} and {@code guests} given whole replace all below them,
 * {@code peers.NAME.at} and the like only that. Used by one thread.
 */
final class Resolution {
  private static final List<String> PEER_FIELDS = List.of("id", "at");
  private static final List<String> GUEST_FIELDS =
      List.of("mode", "tokens", "operations", "origins");

  private final Schema schema;
  private final References references;
  private final Map<String, Setting> plain = new LinkedHashMap<>();
  private final Map<String, Map<String, Setting>> peers = new LinkedHashMap<>();
  private final Map<String, Setting> guests = new LinkedHashMap<>();

  Resolution(Schema schema, References references) {
    this.schema = schema;
    this.references = references;
  }

  /** Adds nested maps, dotted keys or both; where a key is there in both ways, the dotted wins. */
  void add(Map<String, ?> values, String origin) {
    List<Map.Entry<String, ?>> entries = new ArrayList<>(values.entrySet());
    entries.sort(Comparator.comparingLong(entry -> dots(entry.getKey())));
    entries.forEach(entry -> put(entry.getKey(), entry.getValue(), origin));
  }

  /** Adds those variables that stand for keys; their values are YAML, an empty one is not set. */
  void addEnvironment(Map<String, String> environment) {
    new TreeMap<>(environment)
        .forEach(
            (variable, text) -> {
              if (Schema.isVariable(variable)) {
                String key = schema.keyOfVariable(variable);
                Object value = YamlText.parseValue(text, variable);
                if (value != null) {
                  put(key, value, variable);
                }
              }
            });
  }

  /** The plain keys, those of the transports included. */
  Map<String, Setting> plain() {
    return plain;
  }

  /** Name to {@code id} and {@code at}. */
  Map<String, Map<String, Setting>> peers() {
    return peers;
  }

  /** {@code mode}, {@code tokens}, {@code operations}, {@code origins}, as far as given. */
  Map<String, Setting> guests() {
    return guests;
  }

  <T> @Nullable T find(Key<T> key) {
    Setting setting = plain.get(key.name());
    return setting == null ? key.fallback() : key.reading().read(setting);
  }

  private void put(String key, @Nullable Object value, String origin) {
    if (value == null) {
      throw Setting.invalid(key, origin, "has no value; write one or remove it");
    }
    if (key.equals(Keys.PEERS)) {
      peers.clear();
      forEachIn(references.expand(key, value, origin), this::putPeer);
    } else if (key.startsWith(Keys.PEERS + ".")) {
      putInPeer(references.expand(key, value, origin));
    } else if (key.equals(Keys.GUESTS)) {
      guests.clear();
      putGuests(references.expand(key, value, origin));
    } else if (key.startsWith(Keys.GUESTS + ".")) {
      putGuestField(references.expand(key, value, origin));
    } else if (schema.isKey(key) && !(value instanceof Map<?, ?> && schema.isSection(key))) {
      putPlain(references.expand(key, value, origin));
    } else if (value instanceof Map<?, ?> section
        && (!section.isEmpty() || schema.isSection(key))) {
      section.forEach((name, inner) -> put(key + "." + name, inner, origin));
    } else {
      throw schema.unknown(key, origin);
    }
  }

  /** A section is either one word or keys of its own: the later replaces the earlier. */
  private void putPlain(Setting setting) {
    String key = setting.key();
    plain.keySet().removeIf(below -> below.startsWith(key + "."));
    plain.remove(key.substring(0, Math.max(0, key.lastIndexOf('.'))));
    plain.put(key, setting);
  }

  private void putPeer(Setting peer) {
    String name = peer.key().substring(Keys.PEERS.length() + 1);
    requirePeerName(peer, name);
    Map<String, Setting> fields = new LinkedHashMap<>();
    forEachIn(
        peer, field -> fields.put(fieldOf(field, peer.key().length() + 1, PEER_FIELDS), field));
    peers.put(name, fields);
  }

  /** A name may have dots, so the field of {@code peers.my.library.at} is found from the end. */
  private void putInPeer(Setting setting) {
    if (setting.value() instanceof Map<?, ?>) {
      putPeer(setting);
      return;
    }
    int lastDot = setting.key().lastIndexOf('.');
    if (lastDot <= Keys.PEERS.length()) {
      throw setting.invalid("takes a map: {id: \"did:key:z6Mk…\", at: [\"ws://host:port\"]}");
    }
    String field = fieldOf(setting, lastDot + 1, PEER_FIELDS);
    String name = setting.key().substring(Keys.PEERS.length() + 1, lastDot);
    requirePeerName(setting, name);
    peers.computeIfAbsent(name, ignored -> new LinkedHashMap<>()).put(field, setting);
  }

  private static void requirePeerName(Setting setting, String name) {
    if (!Values.isName(name)) {
      throw setting.invalid(
          "peers' names are 1 to 128 of A-Z a-z 0-9 . _ - and begin with a letter or digit");
    }
  }

  private void putGuests(Setting setting) {
    if (setting.value() instanceof Map<?, ?>) {
      forEachIn(setting, this::putGuestField);
    } else {
      guests.put("mode", setting);
    }
  }

  private void putGuestField(Setting setting) {
    guests.put(fieldOf(setting, Keys.GUESTS.length() + 1, GUEST_FIELDS), setting);
  }

  private static String fieldOf(Setting setting, int start, List<String> fields) {
    String field = setting.key().substring(start);
    if (!fields.contains(field)) {
      String suggestion = Suggestions.didYouMean(field, fields);
      throw setting.invalid(
          "no such key"
              + (suggestion.isEmpty() ? "; here are " + String.join(", ", fields) : suggestion));
    }
    return field;
  }

  private static void forEachIn(Setting setting, Consumer<Setting> action) {
    if (!(setting.value() instanceof Map<?, ?> map)) {
      throw setting.invalid("takes a map");
    }
    map.forEach((name, value) -> action.accept(setting.part(setting.key() + "." + name, value)));
  }

  private static long dots(String key) {
    return key.chars().filter(c -> c == '.').count();
  }
}
