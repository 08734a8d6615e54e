package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Requests;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.spi.GuestCalls.Guest;
import io.agentchannel.spi.GuestCalls.GuestCall;
import io.agentchannel.spi.GuestCalls.Visit;
import io.agentchannel.spi.TransportContext;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where plain clients call. A broker does not say who they are, so each call is a visit of its own;
 * what they may do is the core's to say.
 *
 * <p>A request with the Response Topic and Correlation Data of one that is running is a repeat and
 * is dropped, or takes it back if it says {@code cancel: true}. A Response Topic where the agent
 * must not publish is not answered at all: there is nowhere to say so.
 *
 * <p>Some brokers end the connection of an agent that publishes where they do not allow it, and a
 * plain client could have that done to it again and again. So what goes out of the root is
 * acknowledged at any level of delivery, and once it was refused nothing goes there any more.
 *
 * <p>On the event loop of the session, but for the ends of calls.
 */
final class GuestDesk {
  private static final Logger log = LoggerFactory.getLogger(GuestDesk.class);

  /** Calls of all plain clients behind one broker. */
  private static final int MAX_CALLS = 1024;

  private record Id(String replyTopic, @Nullable ByteBuffer correlation) {}

  private final TransportContext context;
  private final Map<Id, GuestExchange> running = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();

  /** The broker has refused a reply outside of the root. */
  private volatile boolean confined;

  GuestDesk(TransportContext context) {
    this.context = context;
  }

  void onRequest(Session session, String operation, Mqtt5Publish message) {
    String replyTopic = message.getResponseTopic().map(Object::toString).orElse(null);
    if (replyTopic != null && !mayAnswerAt(session, replyTopic)) {
      session.countStray();
      return;
    }
    ByteBuffer correlation = message.getCorrelationData().orElse(null);
    Id id = replyTopic == null ? null : new Id(replyTopic, correlation);
    GuestExchange known = id == null ? null : running.get(id);
    try {
      GuestRequest request = GuestRequest.of(message);
      if (known != null || request.cancel()) {
        onRepeat(known, request);
        return;
      }
      begin(session, operation, request, id);
    } catch (AgentException refusal) {
      if (known == null) {
        exchange(session, id).end(refusal);
      }
    }
  }

  private boolean mayAnswerAt(Session session, String replyTopic) {
    return session.settings().topics().mayAnswerAt(replyTopic)
        && !(confined && isOutside(session, replyTopic));
  }

  private static boolean isOutside(Session session, String replyTopic) {
    return !replyTopic.startsWith(session.settings().topics() + "/");
  }

  private static void onRepeat(@Nullable GuestExchange known, GuestRequest request) {
    if (known != null && request.cancel()) {
      known.cancel(
          new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "the client took its request back"));
    }
  }

  private void begin(Session session, String operation, GuestRequest request, @Nullable Id id) {
    Guest guest =
        context
            .guests()
            .admit(new Visit(session.broker().scheme(), null, null, null, false, request.token()));
    GuestExchange exchange = exchange(session, id, guest);
    if (calls.incrementAndGet() > MAX_CALLS) {
      exchange.end(
          new AgentException(
              Code.RESOURCE_EXHAUSTED,
              Outcome.NOT_SENT,
              "more than " + MAX_CALLS + " calls of plain clients are running here"));
      return;
    }
    if (id != null) {
      running.put(id, exchange);
    }
    GuestCall call =
        new GuestCall(
            context.identity().name(),
            operation,
            request.metadata(),
            request.timeout(),
            request.key());
    Requests requests = guest.call(call, exchange);
    exchange.begun(requests);
    requests.item(request.body(), /* last= */ true);
  }

  /** One that ends without having begun. */
  private GuestExchange exchange(Session session, @Nullable Id id) {
    return exchange(session, id, over -> {});
  }

  private GuestExchange exchange(Session session, @Nullable Id id, Guest guest) {
    return exchange(
        session,
        id,
        over -> {
          calls.decrementAndGet();
          if (id != null) {
            running.remove(id, over);
          }
          guest.close();
        });
  }

  private GuestExchange exchange(Session session, @Nullable Id id, Consumer<GuestExchange> onEnd) {
    return new GuestExchange(
        session,
        id == null ? null : id.replyTopic(),
        id == null ? null : id.correlation(),
        id == null ? MqttQos.AT_MOST_ONCE : qos(session, id.replyTopic()),
        new GuestExchange.Desk() {
          @Override
          public void onEnd(GuestExchange over) {
            onEnd.accept(over);
          }

          @Override
          public void onForbidden(String replyTopic) {
            confine(session, replyTopic);
          }
        });
  }

  private static MqttQos qos(Session session, String replyTopic) {
    return isOutside(session, replyTopic) ? session.acknowledged() : session.settings().qos();
  }

  private void confine(Session session, String replyTopic) {
    if (!confined && isOutside(session, replyTopic)) {
      confined = true;
      log.warn(
          "{}: the broker does not let this agent answer plain clients at {}; from now on it"
              + " answers under {}/reply/ alone",
          session.broker(),
          OneLine.of(replyTopic),
          session.settings().topics());
    }
  }

  /** The connection has ended, or nobody listens any more: nobody hears the rest. */
  void close() {
    AgentException gone =
        new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, "the broker has gone");
    running.values().forEach(exchange -> exchange.cancel(gone));
  }
}
