package io.agentchannel.spi;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A live way to carry packets to one peer. It keeps order and boundaries, delivers each packet at
 * most once, and <em>breaks</em> ({@link Receiver#onClosed}) rather than lose one silently. Packets
 * are opaque and at least one byte long.
 *
 * <p>{@link #send}, {@link #isReady} and {@link #close} are safe from any thread; the core calls
 * {@code send} from one thread at a time.
 */
public interface Link extends AutoCloseable {

  /** Begins to deliver; called exactly once, and nothing is delivered before. */
  void start(Receiver receiver);

  /**
   * Sends a packet of at most {@link LinkInfo#maxPacket} bytes. Never blocks. The link owns the
   * buffer from here on and releases nothing back.
   *
   * @return false if it was refused, because the link is closed or its queue is over its bound; the
   *     link is then broken and closes
   */
  boolean send(ByteBuffer packet);

  /** False: hold back, {@link Receiver#onReady} will follow. Packets already on the way count. */
  boolean isReady();

  /** Where packets arrive: the link's event loop. Tasks run serially with the receiver's calls. */
  Executor executor();

  LinkInfo info();

  /**
   * What people should know of how the link is doing, where it is more than that it is there; null
   * if it is not. Safe from any thread.
   */
  default @Nullable String note() {
    return null;
  }

  /**
   * What this end's transport has to tell the other end's once the two agents know each other: an
   * address to call back, say. It travels in the encrypted part of the handshake. At most 1 KiB;
   * nothing by default.
   */
  default ByteBuffer greeting() {
    return ByteBuffer.allocate(0);
  }

  /**
   * The handshake is complete, and this side wants the peer: the link is used when the stage that
   * this returns completes. If it fails, the peer is refused with the reason, which must be fit for
   * it to read. Called once, on the link's thread; must not block.
   */
  default CompletionStage<?> authenticated(PeerProof peer) {
    return CompletableFuture.completedStage(null);
  }

  /** Closes; {@link Receiver#onClosed} follows if it was started. Twice does nothing. */
  @Override
  void close();

  /** Gets what arrives. Its methods are called serially and must not block. */
  interface Receiver {

    /**
     * One packet. The buffer is the receiver's until this returns and the link's again from then
     * on, so that a transport can lend what it has read into: what is to live longer is copied.
     */
    void onPacket(ByteBuffer packet);

    /** All packets that one read brought are delivered; what gathered meanwhile goes out now. */
    void onReadComplete();

    /** Somebody says that the peer may be gone (a broker's Last Will): it is asked by a PING. */
    default void onDoubt() {}

    /** {@link Link#isReady} turned true again. May come once too often. */
    void onReady();

    /**
     * The last call, exactly once: the link has ended.
     *
     * @param cause null after an orderly close from either side
     */
    void onClosed(@Nullable Throwable cause);
  }
}
