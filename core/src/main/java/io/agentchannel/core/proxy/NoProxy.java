package io.agentchannel.core.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that take no proxy, as {@code no_proxy} lists them: names, which stand for everything
 * below them too ({@code example.org}, {@code .example.org}, {@code *.example.org}), addresses,
 * blocks of them ({@code 10.0.0.0/8}), each with or without a port, and {@code *} for all. An entry
 * that makes no sense matches nothing.
 */
final class NoProxy {
  /** {@code [host]:port}, {@code host:port}, or what has no port: more than one colon. */
  private static final Pattern WITH_PORT =
      Pattern.compile("\\[?([^:\\[\\]]+|(?<=\\[)[^\\[\\]]+)\\]?:(\\d{1,5})");

  private final List<Entry> entries = new ArrayList<>();

  private NoProxy() {}

  static NoProxy of(String list) {
    NoProxy hosts = new NoProxy();
    for (String item : list.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
      if (!item.isEmpty()) {
        hosts.entries.add(Entry.of(item));
      }
    }
    return hosts;
  }

  boolean contains(String host, int port) {
    String name = withoutDot(host.toLowerCase(Locale.ROOT));
    byte[] address = AddressBlock.address(name);
    return entries.stream().anyMatch(entry -> entry.matches(name, address, port));
  }

  /** Whether it is this machine by its name or address; nothing is resolved. */
  static boolean isLoopback(String host) {
    String name = withoutDot(host.toLowerCase(Locale.ROOT));
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || AddressBlock.isLoopback(AddressBlock.address(name));
  }

  private static String withoutDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /**
   * @param name without a dot or star before it; {@code *} for any
   * @param block if it is one of addresses
   * @param port 0 for any
   */
  private record Entry(String name, @Nullable AddressBlock block, int port) {

    static Entry of(String item) {
      Matcher withPort = WITH_PORT.matcher(item);
      boolean hasPort = withPort.matches();
      String host = hasPort ? withPort.group(1) : item.replaceAll("[\\[\\]]", "");
      int port = hasPort ? Integer.parseInt(withPort.group(2)) : 0;
      String name = withoutDot(host.startsWith("*.") ? host.substring(1) : host);
      return new Entry(
          name.startsWith(".") ? name.substring(1) : name, AddressBlock.of(host), port);
    }

    boolean matches(String host, byte @Nullable [] address, int hostPort) {
      if (port != 0 && port != hostPort) {
        return false;
      }
      if (name.equals("*")) {
        return true;
      }
      if (block != null || address != null) {
        return block != null && address != null && block.contains(address);
      }
      return host.equals(name) || host.endsWith("." + name);
    }
  }
}
