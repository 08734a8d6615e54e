package io.agentchannel.core.call;

import io.agentchannel.AgentCard;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Call;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Conversation;
import io.agentchannel.Duplex;
import io.agentchannel.EventHandler;
import io.agentchannel.EventSubscription;
import io.agentchannel.Interceptor;
import io.agentchannel.OneWay;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.ReplyStream;
import io.agentchannel.RouteReport;
import io.agentchannel.Streaming;
import io.agentchannel.Topic;
import io.agentchannel.Unary;
import io.agentchannel.core.DirectSection;
import io.agentchannel.core.card.CardReader;
import io.agentchannel.core.codec.Codecs;
import io.agentchannel.core.serve.Services;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The typed calls of one channel, each in three steps: describe the call, encode its one request,
 * start it down the chain. What goes wrong in any of them is the call's end, so that methods that
 * do not wait do not throw either.
 */
public final class ChannelImpl implements AgentChannel {
  private final String target;
  private final Interceptor.Next chain;
  private final Codecs codecs;
  private final Values values;
  private final Delivery pooled;
  private final Delivery direct;
  private final Duration defaultTimeout;
  private final Supplier<RouteReport> explain;
  private final LiveCalls live;

  /**
   * @param chain ends at the exchanges of this peer
   * @param executor runs the user's code, except of direct calls
   * @param defaultTimeout of unary and one-way calls, and of the acceptance of others
   * @param ofAgent has the calls of all channels, to be ended with the agent
   */
  public ChannelImpl(
      String target,
      Interceptor.Next chain,
      Codecs codecs,
      Executor executor,
      Duration defaultTimeout,
      Supplier<RouteReport> explain,
      LiveCalls ofAgent) {
    this.target = target;
    this.chain = chain;
    this.codecs = codecs;
    this.values = new Values(codecs);
    this.pooled = new Delivery(executor, false);
    this.direct = new Delivery(executor, true);
    this.defaultTimeout = defaultTimeout;
    this.explain = explain;
    this.live = new LiveCalls(ofAgent);
  }

  @Override
  public String target() {
    return target;
  }

  @Override
  public <Q, R> R request(Unary<Q, R> operation, Q request, CallOptions options) {
    Payload reply = callAndWait("request", operation, request, options);
    return values.decodeReply(reply, operation.responseType());
  }

  @Override
  public <Q, R> CompletableFuture<R> requestAsync(
      Unary<Q, R> operation, Q request, CallOptions options) {
    return callLater(
        operation, request, options, reply -> values.decodeReply(reply, operation.responseType()));
  }

  @Override
  public <Q> void send(OneWay<Q> operation, Q request, CallOptions options) {
    callAndWait("send", operation, request, options);
  }

  @Override
  public <Q> CompletableFuture<Void> sendAsync(
      OneWay<Q> operation, Q request, CallOptions options) {
    return callLater(operation, request, options, nothing -> null);
  }

  @Override
  public <Q, R> ReplyStream<R> stream(Streaming<Q, R> operation, Q request, CallOptions options) {
    StreamCall<R> call =
        new StreamCall<>(
            live,
            describe(operation, options),
            delivery(options),
            item -> values.decodeItem(item, operation.responseType()));
    start(call, operation, request);
    return call;
  }

  @Override
  public <Q, R> Conversation<Q, R> open(Duplex<Q, R> operation, CallOptions options) {
    DuplexCall<Q, R> call = new DuplexCall<>(live, describe(operation, options), operation, codecs);
    call.start(chain, null);
    return call.conversation();
  }

  @Override
  public <T> EventSubscription subscribe(Topic<T> topic, EventHandler<T> handler) {
    SubscriptionCall<T> call =
        new SubscriptionCall<>(
            live,
            describe(Services.SUBSCRIBE, CallOptions.defaults()),
            pooled,
            values,
            topic.eventType(),
            handler);
    start(call, Services.SUBSCRIBE, new Services.Subscribe(topic.name()));
    return call.subscription();
  }

  @Override
  public AgentCard card() {
    Payload reply = request(Services.CARD, Payload.ofText(""), CallOptions.defaults());
    AgentId owner = explain.get().peer();
    if (owner == null) {
      throw new AgentException(
          Code.UNAUTHENTICATED, Outcome.PROCESSED, target + " has not shown who it is");
    }
    return CardReader.read(reply.toByteArray(), owner, Instant.now());
  }

  @Override
  public RouteReport explain() {
    return explain.get();
  }

  @Override
  public void close() {
    live.close(Failures.cancelled("the channel to " + target + " was closed"));
  }

  /** How many calls have not ended. */
  int liveCalls() {
    return live.size();
  }

  @Override
  public String toString() {
    return "channel to " + target;
  }

  private @Nullable Payload callAndWait(
      String what, Operation<?, ?> operation, Object request, CallOptions options) {
    DirectSection.requireMayBlock(what);
    if (Thread.currentThread().isInterrupted()) {
      throw Failures.withOutcome(Failures.interrupted(operation.name()), Outcome.NOT_SENT);
    }
    BlockingCall call = new BlockingCall(live, describe(operation, options));
    start(call, operation, request);
    return call.await();
  }

  private <R> CompletableFuture<R> callLater(
      Operation<?, R> operation,
      Object request,
      CallOptions options,
      Function<@Nullable Payload, @Nullable R> decoder) {
    AsyncCall<R> call =
        new AsyncCall<>(live, describe(operation, options), delivery(options), decoder);
    start(call, operation, request);
    return call.future();
  }

  private void start(OutgoingCall call, Operation<?, ?> operation, Object request) {
    Payload payload;
    try {
      payload = values.encodeRequest(request, operation.requestType());
    } catch (AgentException e) {
      call.end(e);
      return;
    }
    call.start(chain, payload);
  }

  private Delivery delivery(CallOptions options) {
    return options.isDirect() ? direct : pooled;
  }

  private Call describe(Operation<?, ?> operation, CallOptions options) {
    Call.Kind kind = Call.Kind.of(operation);
    TimeLimits limits = TimeLimits.of(kind, options.timeout(), defaultTimeout);
    return new Call(
        operation.name(),
        kind,
        target,
        null,
        "",
        options.metadata(),
        limits.deadlineNanos(),
        limits.acceptNanos(),
        options.key(),
        operation.isIdempotent(),
        options.isDirect());
  }
}
