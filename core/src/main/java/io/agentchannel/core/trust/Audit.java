package io.agentchannel.core.trust;

import io.agentchannel.AgentId;
import io.agentchannel.core.OneLine;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was refused, for whoever watches: lines of {@code key=value} at WARN from the logger {@code
 * io.agentchannel.audit}. A few a minute for each peer and a few a second for all; how many were
 * left out is in the next line. Thread-safe.
 */
public final class Audit {
  private static final Logger AUDIT = LoggerFactory.getLogger("io.agentchannel.audit");
  private static final int MAX_PEERS = 1024;
  private static final int PEER_BURST = 3;
  private static final double PEER_RATE = 1.0 / 30;
  private static final int BURST = 20;
  private static final double RATE = 2;

  private final LongSupplier clock;
  private final Consumer<String> sink;
  private final ReentrantLock lock = new ReentrantLock();
  private final TokenBucket overall;
  private final Map<String, TokenBucket> peers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
          return size() > MAX_PEERS;
        }
      };
  private long suppressed;

  /** Writes to the log. */
  public Audit() {
    this(System::nanoTime, AUDIT::warn);
  }

  Audit(LongSupplier clock, Consumer<String> sink) {
    this.clock = clock;
    this.sink = sink;
    this.overall = new TokenBucket(BURST, RATE, clock);
  }

  /** Why somebody was refused. */
  enum Reason {
    UNKNOWN,
    OPERATION,
    INVITE,
    REVOKED
  }

  /**
   * @param name what the peer calls itself
   * @param from its address, or null where only the id matters
   * @param operation what it called, or null for a link
   */
  void denied(
      Reason reason,
      AgentId peer,
      String name,
      @Nullable String from,
      @Nullable String operation,
      String command) {
    say(
        peer.toString(),
        "reason="
            + reason.name().toLowerCase(Locale.ROOT)
            + " peer="
            + peer
            + text("name", name)
            + text("from", from)
            + text("operation", operation)
            + text("remedy", command));
  }

  /**
   * A plain client was refused.
   *
   * @param from its address, or null where a broker hides it
   * @param why what it was told
   */
  public void deniedGuest(String scheme, @Nullable String from, String why) {
    String address = from == null ? "" : from;
    say(address, "reason=guest scheme=" + scheme + text("from", from) + text("why", why));
  }

  private void say(String who, String event) {
    long left;
    lock.lock();
    try {
      boolean own =
          peers.computeIfAbsent(who, key -> new TokenBucket(PEER_BURST, PEER_RATE, clock)).take();
      if (!own || !overall.take()) {
        suppressed++;
        return;
      }
      left = suppressed;
      suppressed = 0;
    } finally {
      lock.unlock();
    }
    sink.accept("event=denied suppressed=" + left + " " + event);
  }

  private static String text(String key, @Nullable String value) {
    return value == null ? "" : " " + key + "=\"" + quoted(value) + "\"";
  }

  private static String quoted(String text) {
    return OneLine.of(text).replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
