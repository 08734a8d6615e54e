package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.grpc.v1.Call;
import io.agentchannel.grpc.v1.Reply;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.spi.GuestCalls.Guest;
import io.agentchannel.spi.TransportContext;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Serves the methods for plain clients. */
final class GuestHandler implements ServerCallHandler<Call, Reply> {

  /** The three methods; they differ in how many messages each side may send. */
  enum Rpc {
    REQUEST,
    STREAM,
    EXCHANGE
  }

  private final Rpc rpc;
  private final Endpoint endpoint;
  private final Settings settings;
  private final TransportContext context;

  GuestHandler(Rpc rpc, Endpoint endpoint, Settings settings, TransportContext context) {
    this.rpc = rpc;
    this.endpoint = endpoint;
    this.settings = settings;
    this.context = context;
  }

  @Override
  public ServerCall.Listener<Call> startCall(ServerCall<Call, Reply> call, Metadata headers) {
    try {
      Guest guest = Visitors.admit(call, headers, endpoint, context);
      String key = Visitors.single(headers, Visitors.IDEMPOTENCY_KEY);
      GuestAnswer answer = new GuestAnswer(call, rpc == Rpc.REQUEST);
      GuestQuestion question = new GuestQuestion(guest, answer, headers, timeout(), key);
      return rpc == Rpc.EXCHANGE
          ? new ManyMessages(call, question, new Intake(settings.maxGuestMessage()))
          : new OneMessage(call, question);
    } catch (AgentException refused) {
      return Statuses.refuse(call, refused);
    }
  }

  /** What the client has left; null if it has set no deadline. */
  private static @Nullable Duration timeout() {
    Deadline deadline = Context.current().getDeadline();
    if (deadline == null) {
      return null;
    }
    long nanos = deadline.timeRemaining(TimeUnit.NANOSECONDS);
    if (nanos <= 0) {
      throw new AgentException(
          Code.DEADLINE_EXCEEDED, Outcome.NOT_SENT, "the deadline has passed on the way");
    }
    return Duration.ofNanos(nanos);
  }

  /** What all have in common. */
  private abstract static class Incoming extends ServerCall.Listener<Call> {
    final GuestQuestion question;

    Incoming(GuestQuestion question) {
      this.question = question;
    }

    @Override
    public void onReady() {
      question.onReady();
    }

    @Override
    public void onCancel() {
      question.cancel();
    }
  }

  /** A client that sends one message, which counts when it has said that nothing follows. */
  private static final class OneMessage extends Incoming {
    private @Nullable Call message;

    OneMessage(ServerCall<Call, Reply> call, GuestQuestion question) {
      super(question);
      // A second one shows a client that has mistaken the method.
      call.request(2);
    }

    @Override
    public void onMessage(Call received) {
      if (message != null) {
        question.refuse("more than one message; for a conversation call Exchange");
      }
      message = received;
    }

    @Override
    public void onHalfClose() {
      if (message == null) {
        question.refuse("no message");
      } else if (question.open(message)) {
        question.item(message, true);
      }
    }
  }

  /** A client that sends as many as it likes, as far as they are taken. */
  private static final class ManyMessages extends Incoming {
    private final ServerCall<Call, Reply> call;
    private final Intake intake;
    private boolean opened;

    ManyMessages(ServerCall<Call, Reply> call, GuestQuestion question, Intake intake) {
      super(question);
      this.call = call;
      this.intake = intake;
      question.onTaken(this::taken);
      call.request(intake.next());
    }

    private void taken(int count) {
      intake.taken(count);
      ask();
    }

    private void ask() {
      int more = intake.next();
      if (more > 0) {
        call.request(more);
      }
    }

    @Override
    public void onMessage(Call message) {
      intake.arrived(message.getSerializedSize());
      boolean first = !opened;
      opened = true;
      if (first && !question.open(message)) {
        return;
      }
      if (!first || !message.getBody().isEmpty() || !message.getContentType().isEmpty()) {
        question.item(message, false);
        ask();
      } else {
        taken(1);
      }
    }

    @Override
    public void onHalfClose() {
      if (opened) {
        question.complete();
      } else {
        question.refuse("no message says which operation is meant");
      }
    }
  }
}
