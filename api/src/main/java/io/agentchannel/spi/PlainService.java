package io.agentchannel.spi;

import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Replies;
import io.agentchannel.Requests;

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
   * Ends the calls that are running with {@link Code#UNAVAILABLE} and lets the connections go.
   * Twice does nothing; a call that is started later fails.
   */
  @Override
  void close();
}
