package io.agentchannel.mqtt;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.PeerProof;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A link over a broker, of either side. Everything but what {@link Link} says is safe from any
 * thread runs on the event loop of its connection.
 *
 * <p>Anybody may write into an inbox. Until the core has authenticated the other end, this one
 * writes to every inbox that has answered its {@code hello}, so that a false answer does no harm;
 * the packet that completes the handshake says which was the right one. Nothing but the secret that
 * was sealed in the {@link Greeting} ends a link from the other side.
 */
final class MqttLink implements Link {
  /** Inboxes that may have answered one hello. */
  private static final int MAX_FARS = 4;

  /** Packets of a handshake that one side sends before it knows the other. */
  private static final int MAX_OPENING = 2;

  /** Bytes that wait for {@link #start}. */
  private static final int MAX_EARLY = 4 * 1024 * 1024;

  private static final int HIGH = 256 * 1024;

  /** Past this the link breaks: its user does not look at {@link #isReady}. */
  private static final int BOUND = 4 * 1024 * 1024;

  /** A packet that came before {@link #start}. */
  private record Early(ByteBuffer packet, @Nullable String from) {}

  private final Session session;
  private final LinkId id;
  private final @Nullable AgentId wanted;
  private final LinkInfo info;
  private final byte[] secret = Greeting.newSecret();
  private final Outstanding outstanding;
  private final AtomicBoolean wantsReady = new AtomicBoolean();
  private final Queue<Early> early = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** What was sent first, for whoever answers later; guarded by the lock. */
  private final List<ByteBuffer> opening = new ArrayList<>();

  /** There is one inbox to write to, and no other can come. */
  private volatile boolean settled;

  private volatile Far[] fars = {};
  private volatile boolean refusing;
  private int earlyBytes;
  private @Nullable Receiver receiver;
  private @Nullable String speaker;
  private boolean delivered;
  private boolean ended;
  private @Nullable Throwable cause;

  /**
   * @param wanted whom this side has called; null if it was called itself
   */
  MqttLink(Session session, LinkId id, @Nullable AgentId wanted, LinkInfo info) {
    this.session = session;
    this.id = id;
    this.wanted = wanted;
    this.info = info;
    this.outstanding = session.outstanding();
  }

  LinkId id() {
    return id;
  }

  byte[] secret() {
    return secret;
  }

  // From the core, on any thread.

  @Override
  public void start(Receiver receiver) {
    if (!session.execute(() -> begin(receiver))) {
      receiver.onClosed(unavailable("the connection to the broker has ended"));
    }
  }

  @Override
  public boolean send(ByteBuffer packet) {
    int size = packet.remaining();
    if (size == 0 || size > info.maxPacket()) {
      throw new IllegalArgumentException("a packet of " + size + " bytes");
    }
    if (refusing) {
      return false;
    }
    if (outstanding.bytes() > BOUND) {
      refusing = true;
      session.execute(() -> fail(unavailable("the broker takes packets too slowly")));
      return false;
    }
    if (settled) {
      sendToAll(packet);
      return true;
    }
    lock.lock();
    try {
      if (opening.size() < MAX_OPENING) {
        opening.add(packet.slice());
      }
      sendToAll(packet);
    } finally {
      lock.unlock();
    }
    return true;
  }

  private void sendToAll(ByteBuffer packet) {
    for (Far far : fars) {
      session.publish(this, far, packet.slice());
    }
  }

  @Override
  public boolean isReady() {
    if (refusing || hasRoom()) {
      return !refusing;
    }
    if (!wantsReady.getAndSet(true)) {
      session.wantsReady(this);
    }
    // An acknowledgement may have come in between.
    return hasRoom();
  }

  private boolean hasRoom() {
    return outstanding.bytes() < HIGH && outstanding.hasRoom() && session.hasRoom();
  }

  @Override
  public Executor executor() {
    return session.executor();
  }

  @Override
  public LinkInfo info() {
    return info;
  }

  @Override
  public CompletionStage<?> authenticated(PeerProof peer) {
    lock.lock();
    try {
      for (Far far : fars) {
        if (fars.length == 1 || far.inbox().topic().equals(speaker)) {
          Far known = far.introduced();
          fars = new Far[] {known};
          session.onKnown(this, known);
          break;
        }
      }
      settled = true;
      opening.clear();
    } finally {
      lock.unlock();
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {
    if (refusing) {
      return;
    }
    refusing = true;
    // Never in place: the core may be inside of a call from here.
    session.execute(() -> leave(null));
  }

  // On the event loop.

  /** The one that has called. */
  void answer(Far caller) {
    fars = new Far[] {caller};
    settled = true;
  }

  /** Somebody answers for the one that was called; false if this is no answer. */
  boolean onWelcome(Far far) {
    lock.lock();
    try {
      Far[] known = fars;
      if (ended || settled || known.length == MAX_FARS) {
        return false;
      }
      if (!far.inbox().agent().equals(wanted)
          || Arrays.stream(known).anyMatch(each -> each.inbox().equals(far.inbox()))) {
        return false;
      }
      Far[] more = Arrays.copyOf(known, known.length + 1);
      more[known.length] = far;
      fars = more;
      for (ByteBuffer packet : opening) {
        session.publish(this, far, packet.slice());
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void begin(Receiver newReceiver) {
    receiver = newReceiver;
    for (Early each = early.poll(); each != null; each = early.poll()) {
      speaker = each.from();
      deliver(newReceiver, each.packet());
    }
    readComplete();
    if (ended) {
      newReceiver.onClosed(cause);
    }
  }

  /**
   * @param from the inbox that its sender names, or null
   */
  void onPacket(ByteBuffer packet, @Nullable String from) {
    if (ended || !packet.hasRemaining()) {
      return;
    }
    Receiver to = receiver;
    if (to != null) {
      speaker = from;
      deliver(to, packet);
    } else if (earlyBytes + packet.remaining() <= MAX_EARLY) {
      earlyBytes += packet.remaining();
      early.add(new Early(packet, from));
    } else {
      session.countStray();
    }
  }

  private void deliver(Receiver to, ByteBuffer packet) {
    if (!delivered) {
      delivered = true;
      session.readCompleteFollows(this);
    }
    to.onPacket(packet);
  }

  void readComplete() {
    if (delivered && receiver != null && !ended) {
      delivered = false;
      receiver.onReadComplete();
    }
  }

  void onSending(int size) {
    outstanding.send(size);
  }

  /** Something that the link has sent is with the broker, or will never be. */
  void onSent(Far far, int size, @Nullable Throwable failure, boolean unheard) {
    outstanding.acknowledge(size);
    if (ended) {
      return;
    }
    if (failure != null) {
      fail(session.publishProblem(failure));
    } else if (unheard) {
      onGone(far);
    }
    onRoom();
  }

  /** There is room for more, perhaps. */
  void onRoom() {
    if (receiver == null || ended || !wantsReady.get()) {
      return;
    }
    if (hasRoom()) {
      wantsReady.set(false);
      receiver.onReady();
    } else if (!session.hasRoom()) {
      session.wantsReady(this);
    }
  }

  /** Nobody reads this inbox any more, or it never was one. */
  private void onGone(Far far) {
    Far[] left = without(far);
    if (left.length == fars.length) {
      return;
    }
    if (left.length == 0) {
      fail(unavailable("the peer has left the broker"));
    } else {
      fars = left;
    }
  }

  private Far[] without(Far gone) {
    return Arrays.stream(fars).filter(far -> !far.inbox().equals(gone.inbox())).toArray(Far[]::new);
  }

  /** Somebody says that the other end has closed; that is so if it knows the other end's secret. */
  void onBye(byte[] said) {
    for (Far far : fars) {
      if (far.greeting().isSealOf(said)) {
        fars = without(far);
        if (fars.length == 0) {
          end(null);
        }
        return;
      }
    }
    session.countStray();
  }

  /** Somebody says that a connection has gone. */
  void onDoubt(String place) {
    if (receiver != null && !ended && fars.length == 1 && fars[0].inbox().place().equals(place)) {
      receiver.onDoubt();
    }
  }

  void onLost(AgentException why) {
    end(why);
  }

  private void fail(AgentException why) {
    leave(why);
  }

  /** Closes in order. */
  void leave() {
    leave(null);
  }

  private void leave(@Nullable Throwable why) {
    if (ended) {
      return;
    }
    for (Far far : fars) {
      session.say(far.bye(secret));
    }
    early.clear();
    end(why);
  }

  private void end(@Nullable Throwable why) {
    if (ended) {
      return;
    }
    ended = true;
    refusing = true;
    cause = why;
    session.remove(this);
    if (receiver != null) {
      receiver.onClosed(why);
    }
  }

  private static AgentException unavailable(String why) {
    return new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, why);
  }
}
