package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Requests;
import io.agentchannel.grpc.v1.Call;
import io.agentchannel.spi.GuestCalls.Guest;
import io.agentchannel.spi.GuestCalls.GuestCall;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A plain client's call on its way to the handler. On the event loop of its connection. */
final class GuestQuestion {
  private final Guest guest;
  private final GuestAnswer answer;
  private final Metadata headers;
  private final @Nullable Duration timeout;
  private final @Nullable String key;
  private @Nullable Requests requests;

  GuestQuestion(
      Guest guest,
      GuestAnswer answer,
      Metadata headers,
      @Nullable Duration timeout,
      @Nullable String key) {
    this.guest = guest;
    this.answer = answer;
    this.headers = headers;
    this.timeout = timeout;
    this.key = key;
  }

  /** Who is to be told, on any thread, how many messages the handler has taken. */
  void onTaken(IntConsumer listener) {
    answer.onTaken(listener);
  }

  /** Begins the call that this first message describes; false if it is refused already. */
  boolean open(Call message) {
    if (answer.isOver()) {
      return false;
    }
    GuestCall call =
        new GuestCall(
            message.getAgent().isEmpty() ? null : message.getAgent(),
            message.getOperation(),
            Visitors.metadata(headers, message.getMetadataMap()),
            timeout,
            key);
    Requests started = guest.call(call, answer);
    requests = started;
    answer.attach(started);
    return !answer.isOver();
  }

  void item(Call message, boolean last) {
    if (requests != null) {
      requests.item(payload(message), last);
    }
  }

  void complete() {
    if (requests != null) {
      requests.complete();
    }
  }

  void onReady() {
    answer.drained();
  }

  /** The client has given up, is gone, or its deadline has passed. */
  void cancel() {
    answer.gone();
    if (requests != null) {
      requests.cancel(
          new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "the client has cancelled"));
    }
  }

  /** The client has mistaken the service. */
  void refuse(String why) {
    AgentException mistake =
        new AgentException(
            Code.INVALID_ARGUMENT, requests == null ? Outcome.NOT_SENT : Outcome.UNKNOWN, why);
    answer.end(mistake);
    if (requests != null) {
      requests.cancel(mistake);
    }
  }

  private static Payload payload(Call message) {
    String contentType =
        message.getContentType().isEmpty() ? Payload.JSON : message.getContentType();
    return Payload.of(contentType, message.getBody().asReadOnlyByteBuffer());
  }
}
