package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code Connect} call, of either side. Everything but what {@link Link} says is safe from any
 * thread runs on the event loop of the call's connection, where gRPC delivers messages too.
 *
 * <p>gRPC does not say when a read is complete. A task on the event loop does: it runs when all
 * that the sockets had is delivered.
 */
final class GrpcLink implements Link {
  /** How many packets are asked for ahead of those that have come. */
  private static final int AHEAD = 1024;

  /** Past this the link breaks: its user does not look at {@link #isReady}. */
  private static final int MOST_OVER = 4 * 1024 * 1024;

  private static final long PATIENCE_SECONDS = 1;

  private static final Logger log = LoggerFactory.getLogger(GrpcLink.class);

  private final PacketStream stream;
  private final EventLoop loop;
  private final LinkInfo info;
  private final Turns turns;
  private final ReentrantLock sending = new ReentrantLock();
  private final Runnable readComplete = this::readComplete;
  private final CompletableFuture<Void> left = new CompletableFuture<>();

  private @Nullable Receiver receiver;
  private @Nullable ScheduledFuture<?> patience;
  private @Nullable Throwable cause;
  private boolean reading;
  private boolean ended;
  private boolean gone;
  private int arrived;

  /** Bytes sent since the call was ready last; guarded by the lock. */
  private int over;

  private volatile boolean refusing;

  GrpcLink(PacketStream stream, EventLoop loop, LinkInfo info) {
    this.stream = stream;
    this.loop = loop;
    this.info = info;
    this.turns = new Turns(loop, this::onFailure);
  }

  // From the core, on any thread.

  @Override
  public void start(Receiver receiver) {
    if (!turns.later(() -> begin(receiver))) {
      receiver.onClosed(unavailable("the transport is closed"));
    }
  }

  @Override
  public boolean send(ByteBuffer packet) {
    int size = packet.remaining();
    if (size == 0 || size > info.maxPacket()) {
      throw new IllegalArgumentException("a packet of " + size + " bytes");
    }
    sending.lock();
    try {
      if (refusing) {
        return false;
      }
      over = stream.isReady() ? 0 : over + size;
      if (over > MOST_OVER) {
        refusing = true;
        turns.later(() -> breakOff("reads too slowly"));
        return false;
      }
      stream.send(packet);
      return true;
    } finally {
      sending.unlock();
    }
  }

  @Override
  public boolean isReady() {
    return !refusing && stream.isReady();
  }

  @Override
  public Executor executor() {
    return loop;
  }

  @Override
  public LinkInfo info() {
    return info;
  }

  @Override
  public void close() {
    if (!refusing) {
      refusing = true;
      // Never in place: the core may be inside of a call from here.
      turns.later(this::closeOnLoop);
    }
  }

  // From gRPC: on the event loop, but for what comes while a call finds its connection.

  /** A packet, or an empty buffer for a message that is none. */
  void onPacket(ByteBuffer packet) {
    if (turns.isNow()) {
      try {
        take(packet);
      } catch (RuntimeException failure) {
        onFailure(failure);
      }
    } else {
      turns.take(() -> take(packet));
    }
  }

  void onReady() {
    turns.take(this::ready);
  }

  /** The peer has said that nothing follows. */
  void onFinished() {
    turns.take(this::finish);
  }

  /**
   * The call is over.
   *
   * @param why null if it has ended in order
   */
  void onGone(@Nullable Throwable why) {
    turns.take(() -> leave(why));
  }

  /** Completes when the call is over. */
  CompletableFuture<Void> left() {
    return left;
  }

  // On the event loop.

  private void begin(Receiver newReceiver) {
    receiver = newReceiver;
    if (ended) {
      newReceiver.onClosed(cause);
    } else {
      stream.request(AHEAD);
    }
  }

  private void take(ByteBuffer packet) {
    // Even if nobody listens any more: the peer's own end comes behind its packets.
    if (++arrived == AHEAD / 2) {
      arrived = 0;
      stream.request(AHEAD / 2);
    }
    if (ended || receiver == null) {
      return;
    }
    if (!packet.hasRemaining()) {
      breakOff("a message that is not a packet");
      return;
    }
    if (!reading) {
      reading = true;
      loop.execute(readComplete);
    }
    receiver.onPacket(packet);
  }

  private void readComplete() {
    reading = false;
    if (receiver != null && !ended) {
      try {
        receiver.onReadComplete();
      } catch (RuntimeException failure) {
        onFailure(failure);
      }
    }
  }

  private void ready() {
    if (receiver != null && !refusing) {
      receiver.onReady();
    }
  }

  private void leave(@Nullable Throwable why) {
    gone = true;
    if (patience != null) {
      patience.cancel(false);
    }
    end(why);
    left.complete(null);
  }

  private void closeOnLoop() {
    if (!gone) {
      finish();
    }
  }

  private void finish() {
    if (ended) {
      return;
    }
    refusing = true;
    sending.lock();
    try {
      stream.finish();
    } finally {
      sending.unlock();
    }
    waitForTheEnd();
    end(null);
  }

  /** Tells the peer what it did wrong, and hears nothing more from it. */
  private void breakOff(String reason) {
    if (ended) {
      return;
    }
    refusing = true;
    sending.lock();
    try {
      stream.abort(reason);
    } finally {
      sending.unlock();
    }
    waitForTheEnd();
    end(unavailable("the link was closed here: " + reason));
  }

  /** What is still on the way has a second to arrive. */
  private void waitForTheEnd() {
    if (!gone) {
      patience = loop.schedule(stream::cut, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void onFailure(RuntimeException failure) {
    if (!loop.isShuttingDown()) {
      log.warn("a link to {} is closed after an unexpected failure", info.remote(), failure);
    }
    breakOff("internal error");
  }

  private void end(@Nullable Throwable why) {
    if (ended) {
      return;
    }
    ended = true;
    refusing = true;
    cause = why;
    if (receiver != null) {
      receiver.onClosed(why);
    }
  }

  static AgentException unavailable(String why) {
    return new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, why);
  }
}
