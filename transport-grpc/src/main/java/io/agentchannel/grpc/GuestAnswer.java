package io.agentchannel.grpc;

import com.google.protobuf.UnsafeByteOperations;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.grpc.v1.Reply;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The way back to a plain client. Replies come from the handler's thread, ends from the event loop
 * too; gRPC's call takes one of them at a time. A client that does not read is seen by the call
 * being not ready: then replies count as taken when it is again.
 */
final class GuestAnswer implements Replies {
  private final ServerCall<?, Reply> call;
  private final boolean one;
  private final ReentrantLock lock = new ReentrantLock();
  private IntConsumer taken = count -> {};
  private boolean begun;
  private boolean answered;

  /** Replies that were sent, and not said to be taken yet; guarded by the lock. */
  private int owed;

  private volatile boolean over;
  private volatile @Nullable Requests requests;

  /**
   * @param one whether the client takes one reply, neither more nor fewer
   */
  GuestAnswer(ServerCall<?, Reply> call, boolean one) {
    this.call = call;
    this.one = one;
  }

  void onTaken(IntConsumer listener) {
    taken = listener;
  }

  void attach(Requests started) {
    requests = started;
    drained();
  }

  boolean isOver() {
    return over;
  }

  /** The client has gone: whatever still comes goes nowhere. */
  void gone() {
    over = true;
  }

  /** The call is ready for more. */
  void drained() {
    Requests running = requests;
    if (running == null || !call.isReady()) {
      return;
    }
    int count;
    lock.lock();
    try {
      count = owed;
      owed = 0;
    } finally {
      lock.unlock();
    }
    if (count > 0) {
      running.taken(count);
    }
    running.onReady();
  }

  @Override
  public void accepted() {
    lock.lock();
    try {
      begin();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void item(Payload item, boolean last) {
    if (one && !last) {
      AgentException mistake =
          new AgentException(
              Code.UNIMPLEMENTED,
              Outcome.UNKNOWN,
              "this operation answers with a stream: call Stream");
      end(mistake);
      Requests running = requests;
      if (running != null) {
        running.cancel(mistake);
      }
      return;
    }
    send(
        Reply.newBuilder()
            .setContentType(item.contentType())
            .setBody(UnsafeByteOperations.unsafeWrap(item.body()))
            .build(),
        last);
  }

  @Override
  public void end(@Nullable AgentException failure) {
    if (failure != null) {
      close(Statuses.of(failure), Statuses.trailers(failure));
    } else if (one && !answered) {
      send(Reply.getDefaultInstance(), true);
    } else {
      close(Status.OK, new Metadata());
    }
  }

  private void send(Reply reply, boolean last) {
    Requests running = requests;
    boolean slow;
    lock.lock();
    try {
      if (over) {
        return;
      }
      begin();
      answered = true;
      call.sendMessage(reply);
      slow = running == null || !call.isReady();
      if (slow) {
        owed++;
      }
    } finally {
      lock.unlock();
    }
    if (last) {
      close(Status.OK, new Metadata());
      return;
    }
    if (!slow && running != null) {
      running.taken(1);
    }
  }

  private void begin() {
    if (!begun && !over) {
      begun = true;
      call.sendHeaders(new Metadata());
    }
  }

  private void close(Status status, Metadata trailers) {
    lock.lock();
    try {
      if (!over) {
        over = true;
        call.close(status, trailers);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isReady() {
    return call.isReady();
  }

  @Override
  public void onReady() {}

  @Override
  public void taken(int count) {
    taken.accept(count);
  }
}
