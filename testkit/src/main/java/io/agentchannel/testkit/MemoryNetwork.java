package io.agentchannel.testkit;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.TransportContext;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The network of {@link MemoryTransport}: the names that are listened at in this process, the links
 * to them, and the means to break both, for tests of how agents take it.
 *
 * <p>A name is what follows {@code memory:} or {@code memory://} up to a slash. Faults belong to a
 * name and touch no other; they may be set before anyone listens there and stay until {@link
 * #heal}. Thread-safe; nothing here blocks.
 */
public final class MemoryNetwork {
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final Map<String, Place> PLACES = new HashMap<>();
  private static long made;

  private MemoryNetwork() {}

  /** One name. Guarded by the lock. */
  private static final class Place {
    @Nullable Listener listener;
    boolean refusing;

    /** The ends of those who connected. */
    final Set<MemoryLink> links = new LinkedHashSet<>();

    boolean isUnused() {
      return listener == null && !refusing && links.isEmpty();
    }
  }

  /** Who takes links at a name. */
  record Listener(String name, EventLoop loop, TransportContext context, Set<MemoryLink> links) {}

  /**
   * The name in an endpoint such as {@code memory:library} or {@code memory://library/agent}.
   *
   * @throws AgentException {@link Code#INVALID_ARGUMENT} if there is none
   */
  public static String nameOf(URI endpoint) {
    String rest = endpoint.getRawSchemeSpecificPart();
    int from = rest.startsWith("//") ? 2 : 0;
    int to = from;
    while (to < rest.length() && "/?".indexOf(rest.charAt(to)) < 0) {
      to++;
    }
    if (from == to) {
      throw failure(Code.INVALID_ARGUMENT, "write memory://NAME: the endpoint has no name");
    }
    return rest.substring(from, to);
  }

  /** Breaks every link to the name; what is on the way is lost. Returns how many there were. */
  public static int cut(String name) {
    List<MemoryLink> links = linksTo(name);
    links.forEach(link -> link.breakBoth(new IOException("the link was cut")));
    return links.size();
  }

  /** Refuses new links to the name; those that exist stay. */
  public static void refuse(String name) {
    LOCK.lock();
    try {
      PLACES.computeIfAbsent(name, n -> new Place()).refusing = true;
    } finally {
      LOCK.unlock();
    }
  }

  /** Refuses new links and breaks those that exist: nobody gets through until {@link #heal}. */
  public static void partition(String name) {
    refuse(name);
    cut(name);
  }

  /**
   * Makes the links that exist now half-open: nothing arrives on either side and nobody is told,
   * until an end closes, which the other does not learn. New links work.
   */
  public static void freeze(String name) {
    linksTo(name).forEach(MemoryLink::freezeBoth);
  }

  /** Takes new links again and cuts the frozen ones, which have lost packets and cannot go on. */
  public static void heal(String name) {
    LOCK.lock();
    try {
      Place place = PLACES.get(name);
      if (place != null) {
        place.refusing = false;
        forgetIfUnused(name, place);
      }
    } finally {
      LOCK.unlock();
    }
    linksTo(name).stream()
        .filter(MemoryLink::isFrozen)
        .forEach(link -> link.breakBoth(new IOException("the link was half-open")));
  }

  /** How many links to the name exist, half-open ones included. */
  public static int links(String name) {
    return linksTo(name).size();
  }

  /** Whether an agent listens at the name. */
  public static boolean isListening(String name) {
    LOCK.lock();
    try {
      Place place = PLACES.get(name);
      return place != null && place.listener != null;
    } finally {
      LOCK.unlock();
    }
  }

  static String freshName(String prefix) {
    LOCK.lock();
    try {
      String name;
      do {
        name = prefix + "-" + ++made;
      } while (PLACES.containsKey(name));
      return name;
    } finally {
      LOCK.unlock();
    }
  }

  static void listen(Listener listener) {
    LOCK.lock();
    try {
      Place place = PLACES.computeIfAbsent(listener.name(), n -> new Place());
      if (place.listener != null) {
        throw failure(
            Code.FAILED_PRECONDITION,
            "memory://"
                + listener.name()
                + " is taken by another agent: choose another name, or memory://* for a free one");
      }
      place.listener = listener;
    } finally {
      LOCK.unlock();
    }
  }

  static void unlisten(Listener listener) {
    LOCK.lock();
    try {
      Place place = PLACES.get(listener.name());
      if (place != null && place.listener == listener) {
        place.listener = null;
        forgetIfUnused(listener.name(), place);
      }
    } finally {
      LOCK.unlock();
    }
  }

  /** Makes a link to whoever listens at the name and gives the other end to it. */
  static MemoryLink connect(String name, EventLoop loop, Set<MemoryLink> links) {
    String near = freshName("caller");
    MemoryLink link;
    Listener listener;
    LOCK.lock();
    try {
      Place place = PLACES.get(name);
      listener = place == null ? null : place.listener;
      if (place == null || listener == null) {
        throw failure(Code.UNAVAILABLE, "nobody listens at memory://" + name);
      }
      if (place.refusing) {
        throw failure(Code.UNAVAILABLE, "memory://" + name + " refuses links for now");
      }
      link = MemoryLink.pair("memory://" + near, loop, "memory://" + name, listener.loop());
      register(link, name, place, links, listener);
    } finally {
      LOCK.unlock();
    }
    MemoryLink accepted = link.other();
    listener.loop().execute(() -> accept(listener, accepted));
    return link;
  }

  /** Under the lock, so that a cut or a close at the same time sees all of it or nothing. */
  private static void register(
      MemoryLink link, String name, Place place, Set<MemoryLink> links, Listener listener) {
    MemoryLink accepted = link.other();
    link.whenEnded(
        () -> {
          links.remove(link);
          forget(name, link);
        });
    accepted.whenEnded(() -> listener.links().remove(accepted));
    links.add(link);
    listener.links().add(accepted);
    place.links.add(link);
  }

  private static void accept(Listener listener, MemoryLink link) {
    try {
      listener.context().accept(link);
    } catch (RuntimeException refused) {
      link.breakBoth(refused);
    }
  }

  private static List<MemoryLink> linksTo(String name) {
    LOCK.lock();
    try {
      Place place = PLACES.get(name);
      return place == null ? List.of() : List.copyOf(place.links);
    } finally {
      LOCK.unlock();
    }
  }

  private static void forget(String name, MemoryLink link) {
    LOCK.lock();
    try {
      Place place = PLACES.get(name);
      if (place != null && place.links.remove(link)) {
        forgetIfUnused(name, place);
      }
    } finally {
      LOCK.unlock();
    }
  }

  private static void forgetIfUnused(String name, Place place) {
    if (place.isUnused()) {
      PLACES.remove(name);
    }
  }

  static AgentException failure(Code code, String message) {
    return new AgentException(code, Outcome.NOT_SENT, message);
  }
}
