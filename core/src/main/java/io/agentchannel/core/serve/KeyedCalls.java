package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Peer;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Remembers calls with an idempotency key by (principal, operation, key): the handler runs once,
 * and whoever calls again with the same request attaches to the run or gets its recorded replies.
 *
 * <ul>
 *   <li>The principal is the agent id, or what a guest's token stands for, or else the guest's
 *       connection. Nobody reaches another principal's calls.
 *   <li>The same key with another request (content type or bytes) fails with {@link
 *       Code#ALREADY_EXISTS}.
 *   <li>A caller that is lost, or out of time, only detaches; the run goes on and is remembered. A
 *       {@link Code#CANCELLED} of the last one that is attached cancels the run.
 *   <li>A run that is refused before its handler ran is forgotten at once, every other end is
 *       remembered for a time.
 *   <li>Nothing is evicted before its time: when the memory is full, calls with new keys are
 *       refused. One principal can fill half of it at most. Replies that do not fit are not
 *       recorded; those attached get them, later callers get {@link Code#RESOURCE_EXHAUSTED}.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class KeyedCalls implements Interceptor {
  private static final int RECORD_COST = 512;

  private final long memoryNanos;
  private final long maxBytes;
  private final LongSupplier nanoTime;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Id, KeyedRun> runs = new HashMap<>();
  private final ArrayDeque<KeyedRun> finished = new ArrayDeque<>();
  private final Map<String, Long> bytesOf = new HashMap<>();
  private long bytes;

  /**
   * @param memory how long after its end a call is remembered
   * @param maxBytes of recorded replies and what goes with them, altogether
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  public KeyedCalls(Duration memory, long maxBytes, LongSupplier nanoTime) {
    this.memoryNanos = memory.toNanos();
    this.maxBytes = maxBytes;
    this.nanoTime = nanoTime;
  }

  @Override
  public Requests intercept(Call call, Replies replies, Next next) {
    String key = call.key();
    if (key == null) {
      return next.start(call, replies);
    }
    if (!call.kind().hasOneRequest()) {
      replies.end(
          new AgentException(
              Code.INVALID_ARGUMENT, Outcome.NOT_SENT, "a conversation cannot have a key"));
      return Requests.ended();
    }
    return new KeyedCaller(
        this,
        new Id(principal(Objects.requireNonNull(call.caller())), call.operation(), key),
        call,
        replies,
        next);
  }

  /** How many calls are remembered or running. */
  int size() {
    lock.lock();
    try {
      return runs.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The run for this id, a new one if there is none.
   *
   * @throws AgentException if there is one with another request, or no room for a new one
   */
  Joined join(Id id, byte[] fingerprint) {
    lock.lock();
    try {
      forgetOld();
      KeyedRun known = runs.get(id);
      if (known == null) {
        KeyedRun run = new KeyedRun(this, id, fingerprint);
        if (!reserveLocked(run, RECORD_COST + 2L * id.length())) {
          throw new AgentException(
              Code.RESOURCE_EXHAUSTED,
              Outcome.NOT_SENT,
              "this agent remembers as many keyed calls as it can; try again later");
        }
        runs.put(id, run);
        return new Joined(run, true);
      }
      if (!MessageDigest.isEqual(known.fingerprint(), fingerprint)) {
        throw new AgentException(
            Code.ALREADY_EXISTS, Outcome.NOT_SENT, "the key was used before with another request");
      }
      return new Joined(known, false);
    } finally {
      lock.unlock();
    }
  }

  /** Takes room for a reply; false if there is none. */
  boolean reserve(KeyedRun run, long count) {
    lock.lock();
    try {
      return reserveLocked(run, count);
    } finally {
      lock.unlock();
    }
  }

  void release(KeyedRun run, long count) {
    lock.lock();
    try {
      releaseLocked(run, count);
    } finally {
      lock.unlock();
    }
  }

  /** The run has ended and is remembered from now on for the configured time. */
  void finished(KeyedRun run) {
    lock.lock();
    try {
      run.finishedNanos = nanoTime.getAsLong();
      finished.add(run);
      forgetOld();
    } finally {
      lock.unlock();
    }
  }

  /** The run ended before its handler ran: the key is free again. */
  void forget(KeyedRun run) {
    lock.lock();
    try {
      if (runs.remove(run.id(), run)) {
        releaseLocked(run, run.reservedBytes);
      }
    } finally {
      lock.unlock();
    }
  }

  private void forgetOld() {
    long now = nanoTime.getAsLong();
    KeyedRun oldest;
    while ((oldest = finished.peek()) != null && now - oldest.finishedNanos >= memoryNanos) {
      finished.remove();
      runs.remove(oldest.id(), oldest);
      releaseLocked(oldest, oldest.reservedBytes);
    }
  }

  private boolean reserveLocked(KeyedRun run, long count) {
    long mine = bytesOf.getOrDefault(run.id().principal(), 0L);
    if (bytes + count > maxBytes || mine + count > maxBytes / 2) {
      return false;
    }
    bytes += count;
    run.reservedBytes += count;
    bytesOf.put(run.id().principal(), mine + count);
    return true;
  }

  private void releaseLocked(KeyedRun run, long count) {
    bytes -= count;
    run.reservedBytes -= count;
    bytesOf.computeIfPresent(
        run.id().principal(), (who, mine) -> mine == count ? null : mine - count);
  }

  /** The prefixes keep an agent's id, a token's name and an address apart. */
  private static String principal(Peer caller) {
    if (caller instanceof Peer.Agent agent) {
      return "agent " + agent.id();
    }
    Peer.Guest guest = (Peer.Guest) caller;
    return guest.principal() == null
        ? "connection " + guest.scheme() + ' ' + guest.address()
        : "token " + guest.principal();
  }

  static byte[] fingerprint(Payload request) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(request.contentType().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(request.body());
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** What a keyed call is remembered by. */
  record Id(String principal, String operation, String key) {
    int length() {
      return principal.length() + operation.length() + key.length();
    }
  }

  /**
   * @param isNew whether the caller that got this is the one to start it
   */
  record Joined(KeyedRun run, boolean isNew) {}
}
