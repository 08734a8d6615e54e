package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.LocalIdentity;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What one connection to a broker carries: the links of this process through it, by their ids, and
 * what plain clients say. Its only inbox is subscribed to before anything is published.
 *
 * <p>What does not belong anywhere is dropped and counted: anybody may write into an inbox.
 */
final class Session implements Wire.Events {
  /** Links at once; far above what one process can use, and well below what could harm it. */
  private static final int MAX_LINKS = 16 * 1024;

  /** Topic, properties and header of a packet are never longer than this. */
  private static final int OVERHEAD = 1024;

  /** Messages on the way, where a broker sets no limit that is lower. */
  private static final int WINDOW = 1024;

  private static final int LINK_WINDOW = 16;

  /** What a session tells its broker. */
  interface Owner {

    /** The connection has ended, and with it all links. */
    void onLost(Session session, AgentException why);

    /** Nothing uses the session at the moment. */
    void onUnused(Session session);

    /** An agent answers at this inbox. */
    void onKnown(AgentId agent, Topics.Inbox inbox);

    /** An agent does not answer at its inbox any more. */
    void onGone(AgentId agent);
  }

  private final Endpoint broker;
  private final Settings settings;
  private final LocalIdentity identity;
  private final Owner owner;
  private final String place;
  private final String inbox;
  private final MqttTopic inboxTopic;
  private final Mqtt5Publish blank;
  private final Map<LinkId, MqttLink> links = new ConcurrentHashMap<>();
  private final Map<LinkId, Contact> contacts = new ConcurrentHashMap<>();
  private final Queue<MqttLink> starved = new ConcurrentLinkedQueue<>();
  private final LongAdder strays = new LongAdder();
  private final Queue<MqttLink> read = new ArrayDeque<>();
  private final Wills wills;
  private volatile @Nullable Wire wire;
  private volatile @Nullable Listening listening;
  private volatile boolean lost;
  private Outstanding outstanding = new Outstanding(WINDOW);
  private volatile @Nullable Pulse pulse;
  private long received;
  private int maxPacket;

  Session(Endpoint broker, Settings settings, LocalIdentity identity, String place, Owner owner) {
    this.broker = broker;
    this.settings = settings;
    this.identity = identity;
    this.owner = owner;
    this.inbox = settings.topics().inbox(identity.id(), place);
    this.inboxTopic = MqttTopic.of(inbox);
    this.place = place;
    this.wills = new Wills(settings.topics(), settings.topics().card(identity.name()));
    this.blank =
        Mqtt5Publish.builder()
            .topic(inboxTopic)
            .qos(settings.qos())
            .responseTopic(inboxTopic)
            .messageExpiryInterval(Math.max(1, settings.keepAlive().toSeconds()))
            .build();
  }

  /** Takes the wire that it is to use, and subscribes. */
  CompletableFuture<Session> begin(Wire connected, ScheduledExecutorService timers) {
    Mqtt5ConnAckRestrictions allowed = connected.restrictions();
    maxPacket = Math.min(settings.maxPacket(), allowed.getMaximumPacketSize() - OVERHEAD);
    outstanding = new Outstanding(Math.min(WINDOW, 2 * allowed.getReceiveMaximum()));
    wire = connected;
    wills.begin(connected);
    return connected
        .subscribe(List.of(Wire.subscription(inbox, MqttQos.AT_LEAST_ONCE)))
        .thenApply(
            done -> {
              pulse = Pulse.start(this, outstanding, settings, timers);
              return this;
            });
  }

  Wire wire() {
    Wire connected = wire;
    if (connected == null) {
      throw new IllegalStateException("used before it is connected");
    }
    return connected;
  }

  Endpoint broker() {
    return broker;
  }

  Settings settings() {
    return settings;
  }

  /** The last level of its inbox. */
  String place() {
    return place;
  }

  /** Where plain clients and new links come in, or null. */
  void listen(@Nullable Listening toThem) {
    listening = toThem;
    checkUse();
  }

  boolean isLost() {
    return lost;
  }

  boolean isUnused() {
    return links.isEmpty() && contacts.isEmpty() && listening == null;
  }

  // For links and contacts, on any thread.

  Executor executor() {
    return wire().executor();
  }

  boolean execute(Runnable task) {
    return wire().execute(task);
  }

  Outstanding outstanding() {
    return new Outstanding(LINK_WINDOW);
  }

  boolean hasRoom() {
    return outstanding.hasRoom();
  }

  /** It hears when there is room. */
  void wantsReady(MqttLink link) {
    starved.add(link);
  }

  void publish(MqttLink link, Far far, ByteBuffer packet) {
    int size = packet.remaining();
    link.onSending(size);
    outstanding.send(size);
    wire()
        .publish(
            far.packet(packet),
            (failure, unheard) -> {
              outstanding.acknowledge(size);
              link.onSent(far, size, failure, unheard);
              feedStarved();
            });
  }

  /** One link's turn for each acknowledgement: they take turns, and none is overrun. */
  private void feedStarved() {
    MqttLink next = starved.poll();
    if (next != null) {
      next.onRoom();
    }
  }

  /** Publishes something of which nobody needs to know what became. */
  void say(Mqtt5Publish message) {
    wire().publish(message, (failure, unheard) -> {});
  }

  /** Publishes something that is not of a link. */
  void publish(Mqtt5Publish message, Wire.Sent sent) {
    outstanding.send(0);
    wire()
        .publish(
            message,
            (failure, unheard) -> {
              outstanding.acknowledge(0);
              sent.onSent(failure, unheard);
              feedStarved();
            });
  }

  AgentException publishProblem(Throwable failure) {
    return Problems.publishing(broker, failure);
  }

  void countStray() {
    strays.increment();
  }

  /** Messages that came in; on the event loop. */
  long received() {
    return received;
  }

  /** Sends something to its own inbox. */
  void probe() {
    publish(blank.extend().contentType(Greeting.PROBE).build(), (failure, unheard) -> {});
  }

  /** Messages that came in and belonged nowhere. */
  long strays() {
    return strays.sum();
  }

  /**
   * Begins a link to an agent.
   *
   * @return null if there are too many
   */
  @Nullable MqttLink newLink(LinkId id, @Nullable AgentId wanted, String toWhom) {
    if (links.size() >= MAX_LINKS || lost) {
      return null;
    }
    LinkInfo info =
        new LinkInfo(
            broker.scheme(),
            broker + " " + identity.id().abbreviated(),
            broker + " " + toWhom,
            maxPacket,
            LinkInfo.Path.BROKERED,
            null);
    MqttLink link = new MqttLink(this, id, wanted, info);
    return links.putIfAbsent(id, link) == null ? link : null;
  }

  void expectAnswer(LinkId id, Contact contact) {
    contacts.put(id, contact);
  }

  void expectNoAnswer(LinkId id) {
    contacts.remove(id);
    checkUse();
  }

  void remove(MqttLink link) {
    links.remove(link.id());
    wills.forget(link);
    checkUse();
  }

  private void checkUse() {
    if (isUnused() && !lost) {
      owner.onUnused(this);
    }
  }

  Far far(Topics.Inbox at, Greeting greeting, LinkId id) {
    return Far.of(at, greeting, blank.extend().correlationData(id.toBytes()).build());
  }

  /**
   * A hello or a welcome to this topic; always acknowledged, so that it is known if it is heard.
   */
  Mqtt5Publish greeting(String topic, String contentType, MqttLink link) {
    MqttQos best = wire().restrictions().getMaximumQos();
    return blank
        .extend()
        .topic(topic)
        .qos(best == MqttQos.AT_MOST_ONCE ? best : MqttQos.AT_LEAST_ONCE)
        .correlationData(link.id().toBytes())
        .contentType(contentType)
        .payload(Greeting.of(link.secret(), identity.name()).write())
        .build();
  }

  // On the event loop.

  @Override
  public void onMessage(Mqtt5Publish message) {
    received++;
    if (message.getTopic().equals(inboxTopic)) {
      onInbox(message);
      return;
    }
    String topic = message.getTopic().toString();
    Listening to = listening;
    boolean taken = to != null && to.onMessage(this, topic, message);
    if (!wills.onMessage(topic, message) && !taken) {
      countStray();
    }
  }

  private void onInbox(Mqtt5Publish message) {
    if (message.getContentType().isPresent()) {
      onControl(message, message.getContentType().get().toString());
      return;
    }
    LinkId id = LinkId.of(message.getCorrelationData());
    MqttLink link = id == null ? null : links.get(id);
    if (link == null) {
      countStray();
    } else {
      link.onPacket(
          ByteBuffer.wrap(message.getPayloadAsBytes()),
          message.getResponseTopic().map(Object::toString).orElse(null));
    }
  }

  private void onControl(Mqtt5Publish message, String what) {
    LinkId id = LinkId.of(message.getCorrelationData());
    MqttLink link = id == null ? null : links.get(id);
    Listening to = listening;
    if (what.equals(Greeting.HELLO) && to != null) {
      to.onHello(this, message);
    } else if (what.equals(Greeting.WELCOME) && link != null) {
      onWelcome(link, message);
    } else if (what.equals(Greeting.BYE) && link != null) {
      link.onBye(message.getPayloadAsBytes());
    } else if (!what.equals(Greeting.PROBE)) {
      countStray();
    }
  }

  private void onWelcome(MqttLink link, Mqtt5Publish message) {
    Far far = farOf(link.id(), message);
    if (far == null || !link.onWelcome(far)) {
      countStray();
      return;
    }
    Contact contact = contacts.get(link.id());
    if (contact != null) {
      contact.succeed();
    }
  }

  /** Who sent a hello or a welcome; null if that cannot be. */
  @Nullable Far farOf(LinkId id, Mqtt5Publish message) {
    String topic = message.getResponseTopic().map(Object::toString).orElse(null);
    Topics.Inbox at = topic == null ? null : settings.topics().inboxOf(topic);
    Greeting greeting = Greeting.read(message.getPayloadAsBytes());
    return at == null || greeting == null ? null : far(at, greeting, id);
  }

  /** Packets are being delivered to the link; it is told when what was read is through. */
  void readCompleteFollows(MqttLink link) {
    if (read.isEmpty()) {
      execute(this::readComplete);
    }
    read.add(link);
  }

  private void readComplete() {
    for (int left = read.size(); left > 0; left--) {
      read.remove().readComplete();
    }
    if (!read.isEmpty()) {
      execute(this::readComplete);
    }
  }

  /** The other end of the link has proven who it is. */
  void onKnown(MqttLink link, Far far) {
    wills.watch(link, far);
    owner.onKnown(far.inbox().agent(), far.inbox());
  }

  @Override
  public void onLost(Throwable why) {
    lost = true;
    stopPulse();
    AgentException problem = Problems.lost(broker, why);
    Listening to = listening;
    listening = null;
    if (to != null) {
      to.onLost();
    }
    // Who is told now may want another link at once, and that is not to be tried here.
    owner.onLost(this, problem);
    List.copyOf(contacts.values()).forEach(contact -> contact.fail(problem));
    List.copyOf(links.values()).forEach(link -> link.onLost(problem));
  }

  /** Says good-bye on all links, then ends the connection; completes when it is gone. */
  CompletableFuture<Void> close() {
    Wire open = wire;
    if (open == null || lost) {
      return CompletableFuture.completedFuture(null);
    }
    stopPulse();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    boolean runs =
        open.execute(
            () -> {
              List.copyOf(links.values()).forEach(MqttLink::leave);
              open.disconnect().whenComplete((done, failure) -> closed.complete(null));
            });
    if (!runs) {
      closed.complete(null);
    }
    return closed;
  }

  private void stopPulse() {
    Pulse beating = pulse;
    if (beating != null) {
      beating.stop();
    }
  }
}
