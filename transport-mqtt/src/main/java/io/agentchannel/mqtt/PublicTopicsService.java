package io.agentchannel.mqtt;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.spi.PlainService;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The public topics of one agent, as everybody has them whom the broker lets read them: in clear,
 * of whoever the broker lets write there, from the one publish. Thread-safe.
 */
final class PublicTopicsService implements PlainService {
  private final Broker broker;
  private final Topics topics;
  private final String name;
  private final Set<Subscriber> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param name of the agent that publishes
   */
  PublicTopicsService(Broker broker, Topics topics, String name) {
    this.broker = broker;
    this.topics = topics;
    this.name = name;
  }

  @Override
  public Requests start(Call call, Replies replies) {
    replies.end(
        new AgentException(
            Code.UNIMPLEMENTED,
            Outcome.NOT_SENT,
            call.peer()
                + ": only public topics are to be had here; an agent is called at "
                + broker.endpoint()
                + "/ and its id"));
    return Requests.ended();
  }

  @Override
  public Requests subscribe(String topic, Call call, Replies replies) {
    Subscriber subscriber =
        new Subscriber(broker.subscriptions(), topics.event(name, topic), replies, running::remove);
    running.add(subscriber);
    broker.subscriptions().add(subscriber);
    if (closed) {
      subscriber.cancel(closing());
    }
    return subscriber;
  }

  @Override
  public void close() {
    closed = true;
    List.copyOf(running).forEach(subscriber -> subscriber.cancel(closing()));
  }

  private AgentException closing() {
    return Problems.of(Code.UNAVAILABLE, broker.endpoint(), "the channel is closed", null);
  }
}
