package io.agentchannel.testkit;

import io.agentchannel.spi.LinkInfo;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a link is made hostile, see {@link HostileTransport}. Immutable; begin with {@link #none} and
 * add. The same seed and the same packets give the same faults.
 *
 * <p>It also has a form as URI, so that configuration alone brings faults to any transport: {@code
 * hostile+ws://host:7080?hostile.cutAfterSent=9&hostile.times=3}.
 */
public final class Hostility {
  static final String SCHEME_PREFIX = "hostile+";
  private static final String PARAMETER_PREFIX = "hostile.";
  private static final Hostility NONE = new Hostility(new EnumMap<>(Trait.class));

  enum Trait {
    SEED("seed", 0),
    MAX_PACKET("maxPacket", Integer.MAX_VALUE),
    ONE_AT_A_TIME("oneAtATime", 0),
    DELAY_MICROS("delayMicros", 0),
    CUT_AFTER_SENT("cutAfterSent", Integer.MAX_VALUE),
    CUT_AFTER_RECEIVED("cutAfterReceived", Integer.MAX_VALUE),
    SILENT_AFTER("silentAfter", Integer.MAX_VALUE),
    TIMES("times", Integer.MAX_VALUE),
    DUPLICATE_PERCENT("duplicatePercent", 0),
    REORDER_PERCENT("reorderPercent", 0),
    PATH("path", 0);

    private final String parameter;
    private final long otherwise;

    Trait(String parameter, long otherwise) {
      this.parameter = PARAMETER_PREFIX + parameter;
      this.otherwise = otherwise;
    }
  }

  private final Map<Trait, Long> traits;

  private Hostility(Map<Trait, Long> traits) {
    this.traits = Collections.unmodifiableMap(traits);
  }

  /** Passes everything on as it is. */
  public static Hostility none() {
    return NONE;
  }

  /** What the delays, duplicates and swaps are drawn from; 0 unless set. */
  public Hostility seed(long seed) {
    return with(Trait.SEED, seed);
  }

  /** Packets are at most this long, 1,200 or more. */
  public Hostility maxPacket(int bytes) {
    if (bytes < 1200) {
      throw new IllegalArgumentException("a link carries packets of at least 1,200 bytes");
    }
    return with(Trait.MAX_PACKET, bytes);
  }

  /** Not ready from a packet's sending until the link's event loop had a turn. */
  public Hostility oneAtATime() {
    return with(Trait.ONE_AT_A_TIME, 1);
  }

  /** Each packet, either way, waits for a random time up to this long; the order is kept. */
  public Hostility delay(Duration most) {
    return with(Trait.DELAY_MICROS, most.toNanos() / 1000);
  }

  /** After so many packets sent from this end, the next ones are lost and the link breaks. */
  public Hostility cutAfterSent(int packets) {
    return with(Trait.CUT_AFTER_SENT, packets);
  }

  /** After so many packets received at this end, the next one is lost and the link breaks. */
  public Hostility cutAfterReceived(int packets) {
    return with(Trait.CUT_AFTER_RECEIVED, packets);
  }

  /**
   * After so many packets, both ways together, the link is half-open: nothing passes and nothing is
   * reported until this end closes it.
   */
  public Hostility silentAfter(int packets) {
    return with(Trait.SILENT_AFTER, packets);
  }

  /** Only so many links of a transport are cut or silenced, those after them live; all if unset. */
  public Hostility times(int links) {
    return with(Trait.TIMES, links);
  }

  /**
   * So many packets in a hundred arrive twice. This breaks the promise of a link on purpose, to see
   * that what is above notices or survives.
   */
  public Hostility duplicate(int percent) {
    return with(Trait.DUPLICATE_PERCENT, percent);
  }

  /**
   * So many packets in a hundred are overtaken by the next, unless none follows within 5 ms: breaks
   * the promise of a link too.
   */
  public Hostility reorder(int percent) {
    return with(Trait.REORDER_PERCENT, percent);
  }

  /**
   * Links say that they go this way, so that agents trust what is in between no more than there.
   */
  public Hostility path(LinkInfo.Path path) {
    return with(Trait.PATH, path.ordinal());
  }

  /** The endpoint with this hostility in its URI, on top of one that it may have already. */
  public URI applyTo(URI endpoint) {
    Map<Trait, Long> merged = new EnumMap<>(Trait.class);
    merged.putAll(of(endpoint).traits);
    merged.putAll(traits);
    StringBuilder text = new StringBuilder(SCHEME_PREFIX).append(strip(endpoint));
    char separator = text.indexOf("?") < 0 ? '?' : '&';
    for (Map.Entry<Trait, Long> trait : merged.entrySet()) {
      text.append(separator)
          .append(trait.getKey().parameter)
          .append('=')
          .append(textOf(trait.getKey(), trait.getValue()));
      separator = '&';
    }
    return URI.create(text.toString());
  }

  /**
   * Reads what {@link #applyTo} wrote.
   *
   * @throws IllegalArgumentException for a parameter under {@code hostile.} that is none
   */
  static Hostility of(URI endpoint) {
    Map<Trait, Long> traits = new EnumMap<>(Trait.class);
    for (String parameter : parameters(endpoint)) {
      if (parameter.startsWith(PARAMETER_PREFIX)) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        Trait trait = traitNamed(name);
        traits.put(trait, equals < 0 ? 1 : valueOf(trait, parameter.substring(equals + 1)));
      }
    }
    return new Hostility(traits);
  }

  private static long valueOf(Trait trait, String text) {
    return trait == Trait.PATH
        ? LinkInfo.Path.valueOf(text.toUpperCase(Locale.ROOT)).ordinal()
        : Long.parseLong(text);
  }

  private static String textOf(Trait trait, long value) {
    return trait == Trait.PATH
        ? LinkInfo.Path.values()[(int) value].name().toLowerCase(Locale.ROOT)
        : Long.toString(value);
  }

  /** The endpoint as the transport below knows it. */
  static URI strip(URI endpoint) {
    String text = endpoint.toString();
    if (text.toLowerCase(Locale.ROOT).startsWith(SCHEME_PREFIX)) {
      text = text.substring(SCHEME_PREFIX.length());
    }
    int query = text.indexOf('?');
    if (query < 0) {
      return URI.create(text);
    }
    List<String> kept = new ArrayList<>(parameters(endpoint));
    kept.removeIf(parameter -> parameter.startsWith(PARAMETER_PREFIX));
    String base = text.substring(0, query);
    return URI.create(kept.isEmpty() ? base : base + "?" + String.join("&", kept));
  }

  long get(Trait trait) {
    return traits.getOrDefault(trait, trait.otherwise);
  }

  boolean is(Trait trait) {
    return get(trait) != 0;
  }

  /** The parameters that are set, for people. */
  @Override
  public String toString() {
    return "Hostility" + traits;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hostility hostility && hostility.traits.equals(traits);
  }

  @Override
  public int hashCode() {
    return traits.hashCode();
  }

  private Hostility with(Trait trait, long value) {
    Map<Trait, Long> changed = new EnumMap<>(Trait.class);
    changed.putAll(traits);
    changed.put(trait, value);
    return new Hostility(changed);
  }

  private static Trait traitNamed(String parameter) {
    for (Trait trait : Trait.values()) {
      if (trait.parameter.equals(parameter)) {
        return trait;
      }
    }
    throw new IllegalArgumentException("there is no hostility called " + parameter);
  }

  private static List<String> parameters(URI endpoint) {
    String text = endpoint.toString();
    int query = text.indexOf('?');
    return query < 0 ? List.of() : List.of(text.substring(query + 1).split("&"));
  }
}
