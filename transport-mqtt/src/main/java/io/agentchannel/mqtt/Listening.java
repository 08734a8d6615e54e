package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import io.agentchannel.Payload;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.TransportContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An agent that is there for others at one broker, over all of its connections to it: takes hellos
 * and makes links of them.
 */
final class Listening implements Binding {
  private final Broker broker;
  private final Topics topics;
  private final MqttQos qos;
  private final TransportContext context;
  private final URI endpoint;
  private final String hello;
  private final String requests;
  private final List<String> filters;
  private final String cardTopic;
  private final boolean takesGuests;
  private final GuestDesk guests;
  private final ReentrantLock lock = new ReentrantLock();
  private final Tally lostEvents;
  private @Nullable Session begun;
  private volatile @Nullable Session open;
  private volatile @Nullable CardStand card;
  private CompletableFuture<Session> beginning = new CompletableFuture<>();
  private volatile boolean closed;

  Listening(Broker broker, Settings settings, TransportContext context, URI endpoint) {
    this.broker = broker;
    this.topics = settings.topics();
    this.qos = settings.qos();
    this.context = context;
    this.endpoint = endpoint;
    this.hello = settings.topics().hello(context.identity().id());
    this.requests = settings.topics().requests(context.identity().name());
    this.cardTopic = settings.topics().card(context.identity().name());
    // Without guests nobody is to know that there is somebody who refuses them.
    this.takesGuests = context.card() != null;
    List<String> topics = takesGuests ? List.of(hello, requests + "+") : List.of(hello);
    this.filters = topics.stream().map(topic -> shared(settings, topic)).toList();
    this.guests = new GuestDesk(context);
    this.lostEvents = new Tally(broker.endpoint(), "events of public topics not published", 1);
  }

  private static String shared(Settings settings, String filter) {
    return settings.group() == null ? filter : "$share/" + settings.group() + "/" + filter;
  }

  @Override
  public URI endpoint() {
    return endpoint;
  }

  /** Whether there is a card, which the Last Will takes the place of. */
  boolean hasCard() {
    return takesGuests;
  }

  /** Completes when the session takes links. Twice does nothing more. */
  CompletableFuture<Session> begin(Session session) {
    lock.lock();
    try {
      if (begun != session) {
        begun = session;
        open = session;
        session.listen(this);
        beginning = subscribe(session);
      }
      return beginning;
    } finally {
      lock.unlock();
    }
  }

  private CompletableFuture<Session> subscribe(Session session) {
    List<Mqtt5Subscription> wanted = new ArrayList<>();
    for (String filter : filters) {
      wanted.add(Wire.subscription(filter, MqttQos.AT_LEAST_ONCE));
    }
    if (!takesGuests) {
      return session.wire().subscribe(wanted).thenApply(done -> session);
    }
    CardStand stand = new CardStand(context, session, cardTopic);
    card = stand;
    wanted.add(stand.subscription());
    return session
        .wire()
        .subscribe(wanted)
        .thenApply(
            done -> {
              stand.start();
              return session;
            });
  }

  /**
   * An event goes out once, at the configured level of delivery, and is dropped when there is no
   * connection or too much waits for it already.
   */
  @Override
  public void publish(String topic, Payload event) {
    Session session = open;
    if (closed) {
      return;
    }
    if (session == null || session.isLost()) {
      lostEvents.add("there is no connection");
      return;
    }
    if (!session.hasRoom()) {
      lostEvents.add("too much waits for the broker");
      return;
    }
    session.publish(
        Mqtt5Publish.builder()
            .topic(topics.event(context.identity().name(), topic))
            .qos(qos)
            .contentType(event.contentType())
            .payload(event.body())
            .build(),
        event.size(),
        (failure, unheard) -> {
          if (failure != null) {
            lostEvents.add(String.valueOf(session.publishProblem(failure).getMessage()));
          }
        });
  }

  /** What people should know of how it is going; null if there is nothing. */
  @Nullable String note() {
    return lostEvents.note();
  }

  @Override
  public void close() {
    closed = true;
    broker.stopListening(this);
  }

  void end(Session session) {
    filters.forEach(session.wire()::unsubscribe);
    CardStand stand = card;
    if (stand != null) {
      session.wire().unsubscribe(cardTopic);
      stand.stop();
    }
    session.listen(null);
  }

  /** The calls that came over it have nobody any more who hears of them. */
  void onLost() {
    guests.close();
    CardStand stand = card;
    if (stand != null) {
      stand.end();
    }
  }

  // On the event loop of the session.

  /** Whether this topic is one that is listened at. */
  boolean onMessage(Session session, String topic, Mqtt5Publish message) {
    if (topic.equals(hello)) {
      onHello(session, message);
      return true;
    }
    CardStand stand = card;
    if (stand != null && topic.equals(cardTopic)) {
      stand.onMessage(message);
      return true;
    }
    if (!topic.startsWith(requests)) {
      return false;
    }
    String operation = Topics.unescape(topic.substring(requests.length()));
    if (operation == null || closed) {
      return false;
    }
    guests.onRequest(session, operation, message);
    return true;
  }

  /** Somebody wants a link; a hello that comes twice has been answered already. */
  void onHello(Session session, Mqtt5Publish message) {
    LinkId id = LinkId.of(message.getCorrelationData());
    Far caller = id == null ? null : session.sender(id, message);
    if (id == null || caller == null || closed) {
      session.countStray();
      return;
    }
    MqttLink link = session.newLink(id, null, caller.inbox().agent().abbreviated());
    if (link == null) {
      session.countStray();
      return;
    }
    link.answer(caller);
    context.accept(link);
    session.say(session.greeting(caller.inbox().topic(), Greeting.WELCOME, link));
  }
}
