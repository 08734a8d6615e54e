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
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A link over a broker, of either side. Everything but what {@link Link} says is safe from any
 * thread runs on the event loop of its connection.
 *
 * <p>Anybody may write into an inbox. Nothing but the secret that was sealed in the {@link
 * Greeting} ends a link from the other side; who that is, the core finds out ({@link Fars}).
 */
final class MqttLink implements Link {
  /** Bytes that wait for {@link #start}. */
  private static final int MAX_EARLY = 4 * 1024 * 1024;

  private static final int HIGH = 256 * 1024;

  /** Past this the link breaks: its user does not look at {@link #isReady}. */
  private static final int BOUND = 4 * 1024 * 1024;

  private final Session session;
  private final LinkId id;
  private final @Nullable AgentId wanted;
  private final LinkInfo info;
  private final byte[] secret = Greeting.newSecret();
  private final Outstanding outstanding;
  private final Fars fars = new Fars(this::publish);
  private final AtomicBoolean wantsReady = new AtomicBoolean();
  private final Queue<ByteBuffer> early = new ArrayDeque<>();
  private volatile boolean refusing;
  private int earlyBytes;
  private @Nullable Receiver receiver;
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
    this.outstanding = session.newOutstanding();
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
      session.execute(() -> leave(unavailable("the broker takes packets too slowly")));
      return false;
    }
    fars.send(packet);
    return true;
  }

  private void publish(Far far, ByteBuffer packet) {
    int size = packet.remaining();
    outstanding.send(size);
    session.publish(
        far.packet(packet), size, (failure, unheard) -> onSent(far, size, failure, unheard));
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
  public @Nullable String note() {
    return session.note();
  }

  @Override
  public CompletionStage<?> authenticated(PeerProof peer) {
    fars.settle();
    Far known = fars.only();
    if (known != null) {
      session.onKnown(this, known);
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
    session.execute(this::leave);
  }

  // On the event loop.

  /** The one that has called. */
  void answer(Far caller) {
    fars.be(caller);
  }

  /** Somebody answers for the one that was called; false if this is no answer. */
  boolean onWelcome(Far far) {
    return !ended && far.inbox().agent().equals(wanted) && fars.add(far);
  }

  private void begin(Receiver newReceiver) {
    receiver = newReceiver;
    for (ByteBuffer packet = early.poll(); packet != null; packet = early.poll()) {
      deliver(newReceiver, packet);
    }
    readComplete();
    if (ended) {
      newReceiver.onClosed(cause);
    }
  }

  void onPacket(ByteBuffer packet) {
    if (ended || !packet.hasRemaining()) {
      return;
    }
    Receiver to = receiver;
    if (to != null) {
      deliver(to, packet);
    } else if (earlyBytes + packet.remaining() <= MAX_EARLY) {
      earlyBytes += packet.remaining();
      early.add(packet);
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

  /** Something that the link has sent is with the broker, or will never be. */
  private void onSent(Far far, int size, @Nullable Throwable failure, boolean unheard) {
    outstanding.acknowledge(size);
    if (ended) {
      return;
    }
    if (failure != null) {
      leave(session.publishProblem(failure));
    } else if (unheard && fars.removeLast(far)) {
      session.onGone(far);
      leave(unavailable("the peer has left the broker"));
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

  /** Somebody says that the other end has closed; that is so if it knows the other end's secret. */
  void onBye(byte[] said) {
    for (Far far : fars.all()) {
      if (far.greeting().isSealOf(said)) {
        if (fars.removeLast(far)) {
          session.onGone(far);
          end(null);
        }
        return;
      }
    }
    session.countStray();
  }

  /** Somebody says that a connection has gone. */
  void onDoubt(String place) {
    Far known = fars.only();
    if (receiver != null && !ended && known != null && known.inbox().place().equals(place)) {
      receiver.onDoubt();
    }
  }

  /** The connection has ended. */
  void onLost(AgentException why) {
    end(why);
  }

  /** Closes in order. */
  void leave() {
    leave(null);
  }

  private void leave(@Nullable Throwable why) {
    if (ended) {
      return;
    }
    fars.all().forEach(far -> session.say(far.bye(secret)));
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
