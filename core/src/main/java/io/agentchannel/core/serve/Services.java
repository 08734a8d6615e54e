package io.agentchannel.core.serve;

import io.agentchannel.AgentCard.CardOperation;
import io.agentchannel.AgentCard.CardTopic;
import io.agentchannel.Call;
import io.agentchannel.Handler;
import io.agentchannel.HandlerOptions;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Streaming;
import io.agentchannel.Topic;
import io.agentchannel.Unary;
import io.agentchannel.core.card.CardMaker;
import io.agentchannel.core.codec.Codecs;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.spi.AgentSpec.Service;
import io.agentchannel.spi.LocalIdentity;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operations that an agent serves, the runtime's own included. Immutable. */
public final class Services {
  private static final String BUILT_IN = "agentchannel.";
  private static final int MAX_LISTED = 20;
  private static final int MAX_NAME = 128;

  /** Tells what the agent serves; the request is not looked at. */
  public static final Unary<Payload, Description> DESCRIBE =
      Operation.unary(BUILT_IN + "describe", Payload.class, Description.class).idempotent();

  /** The same as a card that the agent has signed, in JSON; the request is not looked at. */
  public static final Unary<Payload, Payload> CARD =
      Operation.unary(BUILT_IN + "card", Payload.class, Payload.class).idempotent();

  /** The events of a topic, and {@link Events#DROPPED} items where some were lost. */
  public static final Streaming<Subscribe, Payload> SUBSCRIBE =
      Operation.streaming(BUILT_IN + "subscribe", Subscribe.class, Payload.class);

  private final Map<String, Service> services = new LinkedHashMap<>();
  private final Description description;
  private final CardMaker cards;

  /**
   * @param endpoints where the agent says that it is reached, asked at each description
   * @param key signs the card
   * @param access who may subscribe to what
   */
  public Services(
      List<Service> own,
      List<Topic<?>> topics,
      LocalIdentity identity,
      Codecs codecs,
      Events events,
      Supplier<List<String>> endpoints,
      IdentityKey key,
      TopicAccess access) {
    for (Service service : own) {
      services.put(service.operation().name(), service);
    }
    description =
        new Description(
            identity.name(),
            identity.id().toString(),
            List.of(),
            own.stream().map(service -> describe(service.operation(), codecs)).toList(),
            topics.stream()
                .map(topic -> new CardTopic(topic.name(), codecs.shapeOf(topic.eventType())))
                .toList());
    cards =
        new CardMaker(
            key,
            identity.name(),
            description.operations(),
            description.topics(),
            endpoints,
            Clock.systemUTC());
    Handler.Unary<Payload, Payload> card = (request, call) -> Payload.of(Payload.JSON, card());
    Handler.Unary<Payload, Description> describe =
        (request, call) -> description.at(endpoints.get());
    Handler.Publisher<Subscribe, Payload> subscribe =
        (request, call) -> {
          access.checkTopic(call.peer(), request.topic());
          return events.subscribe(request.topic());
        };
    builtIn(DESCRIBE, describe);
    builtIn(CARD, card);
    builtIn(SUBSCRIBE, subscribe);
  }

  /** Whether the name is one of those that the runtime keeps for itself. */
  public static boolean isBuiltIn(String operation) {
    return operation.startsWith(BUILT_IN);
  }

  /** Whether a call asks for the events of a topic, by {@link #SUBSCRIBE}. */
  public static boolean isSubscription(Call call) {
    return call.operation().equals(SUBSCRIBE.name()) && call.kind() == Call.Kind.STREAMING;
  }

  /** The signed card as it holds now: JSON. */
  public byte[] card() {
    return cards.card();
  }

  public @Nullable Service find(String operation) {
    return services.get(operation);
  }

  /** The kind under which it is served, or null if it is not served here. */
  public Call.@Nullable Kind kindOf(String operation) {
    Service service = services.get(operation);
    return service == null ? null : Call.Kind.of(service.operation());
  }

  /** What to tell someone who calls an operation that is not here. */
  String missing(String operation) {
    List<CardOperation> own = description.operations();
    StringBuilder text = new StringBuilder("no operation ").append(shown(operation));
    if (own.isEmpty()) {
      return text.append(" here; it serves none").toString();
    }
    text.append(" here; it has: ");
    for (int i = 0; i < own.size() && i < MAX_LISTED; i++) {
      text.append(i == 0 ? "" : ", ").append(own.get(i).name());
    }
    if (own.size() > MAX_LISTED) {
      text.append(" and ").append(own.size() - MAX_LISTED).append(" more");
    }
    return text.toString();
  }

  /** A name from outside, fit for a message. */
  private static String shown(String name) {
    return Failures.escape(name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "…" : name);
  }

  private void builtIn(Operation<?, ?> operation, Object handler) {
    services.put(operation.name(), new Service(operation, handler, HandlerOptions.direct()));
  }

  private static CardOperation describe(Operation<?, ?> operation, Codecs codecs) {
    Call.Kind kind = Call.Kind.of(operation);
    return new CardOperation(
        operation.name(),
        kind,
        operation.isIdempotent(),
        codecs.shapeOf(operation.requestType()),
        kind == Call.Kind.ONE_WAY ? null : codecs.shapeOf(operation.responseType()));
  }

  /**
   * Which events are wanted.
   *
   * @param topic by the rule for names, so that what does not follow it is refused as unreadable
   */
  public record Subscribe(String topic) {
    public Subscribe {
      topic = Topic.of(topic, Payload.class).name();
    }
  }
}
