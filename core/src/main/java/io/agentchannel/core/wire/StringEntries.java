package io.agentchannel.core.wire;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** A {@code map<string, string>}: a repeated field of entries with a name and a value. */
final class StringEntries {
  private final String what;
  private final Map<String, String> entries = new HashMap<>();
  private int bytes;

  StringEntries(String what) {
    this.what = what;
  }

  static int size(int field, Map<String, String> map) {
    int size = 0;
    if (!map.isEmpty()) {
      for (Map.Entry<String, String> entry : map.entrySet()) {
        size += Protobuf.framedSize(field, size(entry));
      }
    }
    return size;
  }

  static void put(int field, Map<String, String> map, ByteBuffer out) {
    if (!map.isEmpty()) {
      for (Map.Entry<String, String> entry : map.entrySet()) {
        Protobuf.putFrame(field, size(entry), out);
        Protobuf.putText(Schema.ENTRY_NAME, entry.getKey(), out);
        Protobuf.putText(Schema.ENTRY_VALUE, entry.getValue(), out);
      }
    }
  }

  private static int size(Map.Entry<String, String> entry) {
    return Protobuf.textSize(Schema.ENTRY_NAME, entry.getKey())
        + Protobuf.textSize(Schema.ENTRY_VALUE, entry.getValue());
  }

  /** Reads one entry. */
  void read(WireInput in) throws MalformedPacketException {
    String name = "";
    String value = "";
    int outer = in.enter();
    while (in.hasMore()) {
      switch (in.field()) {
        case Schema.ENTRY_NAME -> name = in.text(what, WireLimits.MAX_ENTRIES_BYTES);
        case Schema.ENTRY_VALUE -> value = in.text(what, WireLimits.MAX_ENTRIES_BYTES);
        default -> in.skip();
      }
    }
    in.leave(outer);
    add(name, value);
  }

  void add(String name, String value) throws MalformedPacketException {
    bytes += Utf8.length(name) + Utf8.length(value);
    if (bytes > WireLimits.MAX_ENTRIES_BYTES) {
      throw new MalformedPacketException(
          what + " have more than " + WireLimits.MAX_ENTRIES_BYTES + " bytes");
    }
    if (entries.size() == WireLimits.MAX_ENTRIES) {
      throw new MalformedPacketException(
          what + " have more than " + WireLimits.MAX_ENTRIES + " entries");
    }
    if (entries.putIfAbsent(name, value) != null) {
      throw new MalformedPacketException(what + " have a name twice");
    }
  }

  Map<String, String> toMap() {
    return Map.copyOf(entries);
  }
}
