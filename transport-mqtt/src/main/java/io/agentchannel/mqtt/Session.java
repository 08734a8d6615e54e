package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.LocalIdentity;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * What one connection to a broker carries: the links of this process through it, by their ids, and
 * what plain clients say. Its only inbox is subscribed to before anything is published.
 *
 * <p>What does not belong anywhere is dropped and counted: anybody may write into an inbox.
 */
final class Session implements Wire.Events {
  /** Topic, properties and header of a packet are never longer than this. */
  private static final int OVERHEAD = 1024;

  private static final int LINK_WINDOW = 16;

  /** Who keeps the connection. */
  interface Owner {

    /** The connection has ended, and with it all links. */
    void onLost(Session session, AgentException why);

    /** Nothing uses the session at the moment. */
    void onUnused(Session session);
  }

  private final Endpoint broker;
  private final Settings settings;
  private final LocalIdentity identity;
  private final Owner owner;
  private final Audience audience;
  private final String place;
  private final String inbox;
  private final Letters letters;
  private final LinkTable links = new LinkTable(this::checkUse);
  private final Wills wills;
  private final Mail mail;
  private volatile @Nullable Listening listening;
  private volatile boolean lost;
  private volatile @Nullable Traffic traffic;
  private volatile @Nullable Pulse pulse;
  private int maxPacket;

  Session(
      Endpoint broker,
      Settings settings,
      LocalIdentity identity,
      String place,
      Owner owner,
      Audience audience) {
    this.broker = broker;
    this.settings = settings;
    this.identity = identity;
    this.owner = owner;
    this.audience = audience;
    this.inbox = settings.topics().inbox(identity.id(), place);
    this.place = place;
    this.wills = new Wills(settings.topics(), settings.topics().card(identity.name()));
    this.mail = new Mail(this, MqttTopic.of(inbox), wills);
    this.letters = new Letters(settings, identity, inbox);
  }

  /** Takes the wire that it is to use, and subscribes. */
  CompletableFuture<Session> begin(Wire connected, ScheduledExecutorService timers) {
    Mqtt5ConnAckRestrictions allowed = connected.restrictions();
    maxPacket = Math.min(settings.maxPacket(), allowed.getMaximumPacketSize() - OVERHEAD);
    Traffic begun = new Traffic(connected);
    traffic = begun;
    wills.begin(connected);
    return connected
        .subscribe(List.of(Wire.subscription(inbox, MqttQos.AT_LEAST_ONCE)))
        .thenApply(
            done -> {
              pulse = Pulse.start(this, begun.outstanding(), mail, letters.probe(), timers);
              return this;
            });
  }

  Wire wire() {
    return traffic().wire();
  }

  private Traffic traffic() {
    Traffic begun = traffic;
    if (begun == null) {
      throw new IllegalStateException("used before it is connected");
    }
    return begun;
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

  @Nullable Listening listening() {
    return listening;
  }

  boolean isLost() {
    return lost;
  }

  boolean isUnused() {
    return links.isEmpty() && listening == null;
  }

  // For links and contacts, on any thread.

  Executor executor() {
    return wire().executor();
  }

  boolean execute(Runnable task) {
    return wire().execute(task);
  }

  /** For one link. */
  Outstanding newOutstanding() {
    return new Outstanding(LINK_WINDOW);
  }

  boolean hasRoom() {
    return traffic().hasRoom();
  }

  /** It hears when there is room. */
  void wantsReady(MqttLink link) {
    traffic().wantsReady(link);
  }

  /**
   * @param size bytes that count
   */
  void publish(Mqtt5Publish message, int size, Wire.Sent sent) {
    traffic().publish(message, size, sent);
  }

  /** Publishes something of which nobody needs to know what became. */
  void say(Mqtt5Publish message) {
    wire().publish(message, (failure, unheard) -> {});
  }

  AgentException publishProblem(Throwable failure) {
    return Problems.publishing(broker, failure);
  }

  void countStray() {
    audience.onStray();
  }

  /** What people should know of how it is going; null if there is nothing. */
  @Nullable String note() {
    return audience.note();
  }

  /**
   * Begins a link to an agent.
   *
   * @return null if there are too many
   */
  @Nullable MqttLink newLink(LinkId id, @Nullable AgentId wanted, String toWhom) {
    if (lost || links.isFull()) {
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
    return links.add(link) ? link : null;
  }

  LinkTable links() {
    return links;
  }

  void remove(MqttLink link) {
    wills.forget(link);
    links.remove(link);
  }

  private void checkUse() {
    if (isUnused() && !lost) {
      owner.onUnused(this);
    }
  }

  /** At which the broker acknowledges, if it ever does. */
  MqttQos acknowledged() {
    MqttQos best = wire().restrictions().getMaximumQos();
    return best == MqttQos.AT_MOST_ONCE ? best : MqttQos.AT_LEAST_ONCE;
  }

  /** A hello or a welcome of this link to a topic. */
  Mqtt5Publish greeting(String topic, String contentType, MqttLink link) {
    return letters.greeting(topic, contentType, link, acknowledged());
  }

  /** Who sent a hello or a welcome; null if that cannot be. */
  @Nullable Far sender(LinkId link, Mqtt5Publish message) {
    return letters.sender(link, message);
  }

  // On the event loop.

  @Override
  public void onMessage(Mqtt5Publish message) {
    mail.onMessage(message);
  }

  /** Whether it is an event that somebody waits for. */
  boolean isEvent(String topic, Mqtt5Publish message) {
    return audience.onPublished(topic, message);
  }

  /** Packets are being delivered to the link; it is told when what was read is through. */
  void readCompleteFollows(MqttLink link) {
    mail.readCompleteFollows(link);
  }

  @Nullable MqttLink link(LinkId id) {
    return links.link(id);
  }

  /** Somebody has answered a hello. */
  void onAnswer(LinkId id) {
    links.onAnswer(id);
  }

  /** The other end of the link has proven who it is. */
  void onKnown(MqttLink link, Far far) {
    wills.watch(link, far);
    audience.onKnown(far.inbox());
  }

  /** Nobody is at the other end's inbox any more. */
  void onGone(Far far) {
    audience.onGone(far.inbox());
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
    links.onLost(problem);
  }

  /** Says good-bye on all links, then ends the connection; completes when it is gone. */
  CompletableFuture<Void> close() {
    Traffic open = traffic;
    if (open == null || lost) {
      return CompletableFuture.completedFuture(null);
    }
    stopPulse();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    boolean runs =
        execute(
            () -> {
              links.leave();
              open.wire().disconnect().whenComplete((done, failure) -> closed.complete(null));
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
