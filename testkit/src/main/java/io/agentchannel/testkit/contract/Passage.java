package io.agentchannel.testkit.contract;

import io.agentchannel.spi.Link;
import io.agentchannel.testkit.contract.ManInTheMiddle.Direction;
import io.agentchannel.testkit.contract.ManInTheMiddle.Packet;
import io.agentchannel.testkit.contract.ManInTheMiddle.Script;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One link through a {@link ManInTheMiddle}: its two halves. Thread-safe. */
public final class Passage {
  private final @Nullable Link fromCaller;
  private final Script script;
  private final Consumer<Packet> record;
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final ReentrantLock[] sending = {new ReentrantLock(), new ReentrantLock()};
  private volatile @Nullable Link onward;

  /**
   * @param fromCaller is not started yet; null if there is no caller
   */
  Passage(@Nullable Link fromCaller, Script script, Consumer<Packet> record) {
    this.fromCaller = fromCaller;
    this.script = script;
    this.record = record;
  }

  void begin(Link toTarget) {
    onward = toTarget;
    toTarget.start(new Half(Direction.TO_CALLER));
    if (fromCaller != null) {
      fromCaller.start(new Half(Direction.TO_TARGET));
    }
  }

  /** Sends a packet that way, whoever made it. */
  public void send(Direction direction, byte[] packet) {
    Link link = direction == Direction.TO_TARGET ? onward : fromCaller;
    if (link == null || packet.length == 0 || packet.length > link.info().maxPacket()) {
      return;
    }
    ReentrantLock lock = sending[direction.ordinal()];
    lock.lock();
    try {
      // What comes while the link closes is lost, as on any network.
      link.send(ByteBuffer.wrap(packet.clone()));
    } finally {
      lock.unlock();
    }
  }

  /** Ends both halves. */
  public void cut() {
    Link toTarget = onward;
    if (fromCaller != null) {
      fromCaller.close();
    }
    if (toTarget != null) {
      toTarget.close();
    }
  }

  /** Completes when one of the halves has ended. */
  public CompletableFuture<Void> end() {
    return end;
  }

  private final class Half implements Link.Receiver {
    private final Direction direction;
    private int count;

    Half(Direction direction) {
      this.direction = direction;
    }

    @Override
    public void onPacket(ByteBuffer packet) {
      byte[] bytes = new byte[packet.remaining()];
      packet.get(bytes);
      record.accept(new Packet(direction, bytes.clone()));
      script.onPacket(Passage.this, direction, ++count, bytes);
    }

    @Override
    public void onReadComplete() {
      // Every packet went on at once.
    }

    @Override
    public void onReady() {
      // The tests keep to little enough.
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
      end.complete(null);
      cut();
    }
  }
}
