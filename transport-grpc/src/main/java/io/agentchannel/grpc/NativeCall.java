package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of a plain service. gRPC's call takes one step at a time, and only once it is started:
 * what is said before, while the connection is being made, is kept.
 */
final class NativeCall implements Requests {
  private static final String PROTOBUF = "application/protobuf";

  private final Way way;
  private final Replies replies;
  private final Call.Kind kind;
  private final Intake intake;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Consumer<ClientCall<ByteBuffer, ByteBuffer>>> kept = new ArrayDeque<>(2);
  private boolean starting;
  private boolean complete;
  private @Nullable AgentException cancelled;
  private volatile @Nullable ClientCall<ByteBuffer, ByteBuffer> call;

  /** The request has left: the service may have it. */
  private volatile boolean sent;

  NativeCall(Way way, Replies replies, Call.Kind kind, int maxReply) {
    this.way = way;
    this.replies = replies;
    this.kind = kind;
    this.intake = new Intake(maxReply);
  }

  /** Notes when the request leaves. */
  ClientStreamTracer.Factory tracer() {
    return new ClientStreamTracer.Factory() {
      @Override
      public ClientStreamTracer newClientStreamTracer(
          ClientStreamTracer.StreamInfo info, Metadata headers) {
        return new ClientStreamTracer() {
          @Override
          public void outboundHeaders() {
            sent = true;
          }
        };
      }
    };
  }

  /** There is a connection: the call starts, unless it was cancelled meanwhile. */
  void start(ClientCall<ByteBuffer, ByteBuffer> made, Metadata headers) {
    lock.lock();
    try {
      if (cancelled != null) {
        return;
      }
      starting = true;
    } finally {
      lock.unlock();
    }
    made.start(new FromService(), headers);
    made.request(intake.next());
    for (var step = next(made); step != null; step = next(made)) {
      step.accept(made);
    }
    replies.onReady();
  }

  /** What was kept; after the last of it the call is there for all. */
  private @Nullable Consumer<ClientCall<ByteBuffer, ByteBuffer>> next(
      ClientCall<ByteBuffer, ByteBuffer> made) {
    lock.lock();
    try {
      Consumer<ClientCall<ByteBuffer, ByteBuffer>> step = kept.poll();
      if (step == null) {
        call = made;
      }
      return step;
    } finally {
      lock.unlock();
    }
  }

  /** There is no connection to call on. */
  void fail(AgentException failure) {
    if (giveUp(failure)) {
      replies.end(failure);
    }
  }

  /** True once, and only before the call has started. */
  private boolean giveUp(AgentException reason) {
    lock.lock();
    try {
      boolean first = cancelled == null && !starting;
      if (cancelled == null) {
        cancelled = reason;
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  // From the caller.

  @Override
  public void item(Payload item, boolean last) {
    try {
      NativeService.check(item);
    } catch (AgentException mistake) {
      cancel(mistake);
      return;
    }
    say(
        to -> {
          to.sendMessage(item.body());
          if (last) {
            to.halfClose();
          }
        },
        last);
  }

  @Override
  public void complete() {
    say(ClientCall::halfClose, true);
  }

  private void say(Consumer<ClientCall<ByteBuffer, ByteBuffer>> step, boolean last) {
    lock.lock();
    try {
      if (complete || cancelled != null) {
        return;
      }
      complete = last;
      tell(step);
    } finally {
      lock.unlock();
    }
  }

  private void tell(Consumer<ClientCall<ByteBuffer, ByteBuffer>> step) {
    ClientCall<ByteBuffer, ByteBuffer> there = call;
    if (there == null) {
      kept.add(step);
    } else {
      step.accept(there);
    }
  }

  @Override
  public void cancel(AgentException reason) {
    if (giveUp(reason)) {
      replies.end(withOutcome(reason, Outcome.NOT_SENT));
      return;
    }
    lock.lock();
    try {
      if (cancelled == null || cancelled == reason) {
        cancelled = reason;
        tell(to -> to.cancel(reason.getMessage(), null));
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isReady() {
    ClientCall<ByteBuffer, ByteBuffer> there = call;
    if (there != null) {
      return there.isReady();
    }
    lock.lock();
    try {
      return kept.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onReady() {}

  @Override
  public void taken(int count) {
    intake.taken(count);
    ask();
  }

  private void ask() {
    ClientCall<ByteBuffer, ByteBuffer> there = call;
    int more = there == null ? 0 : intake.next();
    if (there != null && more > 0) {
      there.request(more);
    }
  }

  private static AgentException withOutcome(AgentException reason, Outcome outcome) {
    return new AgentException(
        reason.code(), outcome, String.valueOf(reason.getMessage()), reason.details(), reason);
  }

  /** The replies, as gRPC has them: one at a time, on the event loop but for a few ends. */
  private final class FromService extends ClientCall.Listener<ByteBuffer> {
    /** The one reply is held back until the call has ended well: only then it counts. */
    private @Nullable Payload reply;

    @Override
    public void onHeaders(Metadata headers) {
      if (!isOne()) {
        replies.accepted();
      }
    }

    @Override
    public void onMessage(ByteBuffer message) {
      Payload item = Payload.of(PROTOBUF, message);
      intake.arrived(item.size());
      if (isOne()) {
        reply = item;
      } else {
        replies.item(item, false);
      }
      ask();
    }

    @Override
    public void onReady() {
      replies.onReady();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Payload one = reply;
      if (!status.isOk()) {
        replies.end(failure(status, trailers));
      } else if (kind != Call.Kind.UNARY) {
        replies.end(null);
      } else if (one != null) {
        replies.item(one, true);
      } else {
        replies.end(
            failure(Status.INTERNAL.withDescription("it has ended without a reply"), trailers));
      }
    }

    private boolean isOne() {
      return kind == Call.Kind.UNARY || kind == Call.Kind.ONE_WAY;
    }

    private AgentException failure(Status status, Metadata trailers) {
      AgentException own;
      lock.lock();
      try {
        own = cancelled;
      } finally {
        lock.unlock();
      }
      if (own != null) {
        return withOutcome(own, sent ? Outcome.UNKNOWN : Outcome.NOT_SENT);
      }
      return status.getCode() == Status.Code.UNAVAILABLE && !sent
          ? way.unreachable(status)
          : Statuses.toException(status, trailers, sent, way.endpoint().toString());
    }
  }
}
