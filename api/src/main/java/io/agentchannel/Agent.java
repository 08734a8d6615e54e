package io.agentchannel;

import java.net.URI;
import java.util.List;

/**
 * A running program with an identity, the operations it serves and the channels it opens.
 *
 * <p>Thread-safe. Whoever starts an agent closes it; closing it closes its channels.
 */
public interface Agent extends AutoCloseable {

  /** Starts to describe an agent; see {@link AgentBuilder}. */
  static AgentBuilder builder(AgentConfig config) {
    return new AgentBuilder(config);
  }

  /** Starts an agent that serves nothing of its own and calls others. */
  static Agent start(AgentConfig config) {
    return builder(config).start();
  }

  AgentId id();

  String name();

  /** Where it listens, with the ports that were really bound; unmodifiable, empty if nowhere. */
  List<URI> endpoints();

  /**
   * The conversation with a peer. Never blocks and does not connect by itself: the first call does.
   * Channels to one target share their links and cost little; they need not be closed one by one.
   *
   * @param target a name from the configuration's {@code peers}, an agent id, or an endpoint URI
   * @throws AgentException {@link Code#INVALID_ARGUMENT} for a URI that no transport takes (the
   *     message names the artifact to add), {@link Code#NOT_FOUND} for a name that is not
   *     configured
   */
  AgentChannel channel(String target);

  /**
   * Gives an event to everyone who is subscribed now. Never waits: a subscriber that is slower than
   * the publisher loses its oldest events and is told how many.
   */
  <T> void publish(Topic<T> topic, T event);

  /**
   * Stops serving and calling: tells the peers (they open nothing new here), lets what runs finish
   * for the configured drain time (10 s), then cancels the rest. Works from any thread, a handler's
   * included (which is then not waited for), and twice.
   */
  @Override
  void close();
}
