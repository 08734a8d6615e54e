package io.agentchannel.spi;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Makes links. Found with {@link java.util.ServiceLoader} by URI scheme; each agent has an instance
 * of its own and closes it. Thread-safe; no method blocks.
 *
 * <p>A transport carries packets and nothing else: correlation, order across links, retries,
 * deadlines, backpressure of calls, identity and sealing are the core's. The contract kit ({@code
 * agentchannel-testkit}) says whether one keeps to this.
 */
public interface Transport extends AutoCloseable {

  /**
   * The URI schemes it takes, in lower case. Those that end in {@code -native} are for {@link
   * #service}, all others for {@link #connect} and {@link #listen}.
   */
  Set<String> schemes();

  /** The configuration keys it understands, dotted and whole; unknown keys are errors. */
  default Set<String> optionKeys() {
    return Set.of();
  }

  /**
   * Makes a link to an endpoint. The stage fails with an {@link io.agentchannel.AgentException}
   * whose message says what to do, {@link io.agentchannel.Code#UNAVAILABLE} if trying again may
   * help. Cancelling the stage's future gives the attempt up.
   *
   * @param peer the agent that is meant, where it is known; a transport that reaches many agents at
   *     one address finds it by this. That it is the one who answers is the core's to check.
   */
  CompletionStage<Link> connect(URI endpoint, @Nullable AgentId peer, TransportContext context);

  /**
   * Takes links at an endpoint and hands each to {@link TransportContext#accept}. The stage fails
   * for local causes: a port in use, no permission, no certificate.
   */
  CompletionStage<Binding> listen(URI endpoint, TransportContext context);

  /**
   * The plain service at an endpoint of a {@code -native} scheme. Connects to nothing yet.
   *
   * @throws AgentException {@link Code#INVALID_ARGUMENT} that says what the endpoint must look like
   */
  default PlainService service(URI endpoint, TransportContext context) {
    throw new AgentException(
        Code.INVALID_ARGUMENT,
        Outcome.NOT_SENT,
        endpoint.getScheme() + ": this transport calls no plain services");
  }

  /** Ends everything the transport made, threads included. Twice does nothing. */
  @Override
  void close();
}
