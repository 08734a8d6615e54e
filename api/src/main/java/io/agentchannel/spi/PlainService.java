package io.agentchannel.spi;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.Topic;

/**
 * Something that answers calls with no agent behind it, an existing gRPC method or HTTP resource:
 * made by {@link Transport#service}. It stands where the exchanges with an agent would: the user's
 * interceptors, the deadline and the retries are done when a call gets here, and there is neither
 * handshake nor sealing. Thread-safe.
 */
public interface PlainService extends Interceptor.Next, AutoCloseable {

  /**
   * Starts one attempt at a call, connecting if need be. Never blocks and never throws; the call
   * ends exactly once, through {@code replies}, whose methods are called serially.
   *
   * <p>A failure tells the truth about the service: {@link Outcome#NOT_SENT} only if the request
   * certainly did not reach it, with {@link Code#UNAVAILABLE} where another attempt may help. What
   * waits for the caller to take it is bounded, see {@link Requests#taken}.
   *
   * <p>A cancel of the {@link Requests} reaches the service, as far as its protocol can say it. The
   * deadline in the call is for the service to know; that it passes is noticed elsewhere.
   */
  @Override
  Requests start(Call call, Replies replies);

  /**
   * Starts to give the events of a topic, as {@code replies.item(…, false)}: those published after
   * {@link Replies#accepted}, in the order in which they come, until the {@link Requests} are
   * cancelled. Never blocks and never throws; it ends exactly once, through {@code replies}, whose
   * methods are called serially. What the {@link Requests} are told otherwise is ignored.
   *
   * <p>Events are given as they come: that a subscriber is slower is seen to by the caller, so
   * neither {@link Replies#isReady} nor {@link Requests#taken} needs to be looked at. They are
   * authenticated and kept secret no further than the endpoint's own security does it.
   *
   * <p>A failure before the acceptance is {@link Outcome#NOT_SENT}, with {@link Code#UNAVAILABLE}
   * where another attempt may help, which the caller then makes. After it, a service that loses its
   * connection connects again by itself; events that were published meanwhile are lost.
   *
   * @param topic by the rule for names, see {@link Topic}
   * @param call tells who subscribes, and with which metadata
   */
  default Requests subscribe(String topic, Call call, Replies replies) {
    replies.end(
        new AgentException(
            Code.UNIMPLEMENTED,
            Outcome.NOT_SENT,
            call.peer() + " is a plain service: it has no topics"));
    return Requests.ended();
  }

  /**
   * Ends the calls that are running with {@link Code#UNAVAILABLE} and lets the connections go.
   * Twice does nothing; a call that is started later fails.
   */
  @Override
  void close();
}
