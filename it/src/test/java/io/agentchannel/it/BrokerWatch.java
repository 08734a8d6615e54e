package io.agentchannel.it;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.client.ClientContext;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import com.hivemq.extension.sdk.api.packets.subscribe.Subscription;
import com.hivemq.extension.sdk.api.parameter.ClientBasedInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.subscription.TopicSubscription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** Sees what clients say to a HiveMQ, what that keeps for them, and what it sends them. */
final class BrokerWatch implements ExtensionMain {

  /**
   * One thing that a client said.
   *
   * @param filters that it subscribed to, or none
   * @param published what it published, or null
   */
  record Said(List<String> filters, PublishPacket published) {}

  private final Map<String, ConnectPacket> connected = new ConcurrentHashMap<>();
  private final Map<String, List<Said>> said = new ConcurrentHashMap<>();
  private final Map<String, List<String>> delivered = new ConcurrentHashMap<>();

  @Override
  public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
    Services.interceptorRegistry()
        .setConnectInboundInterceptorProvider(
            any ->
                (connect, unchanged) -> connected.put(client(connect), connect.getConnectPacket()));
    Services.initializerRegistry().setClientInitializer((client, context) -> watch(context));
  }

  private void watch(ClientContext context) {
    context.addSubscribeInboundInterceptor(
        (message, unchanged) ->
            note(
                said,
                message,
                new Said(
                    message.getSubscribePacket().getSubscriptions().stream()
                        .map(Subscription::getTopicFilter)
                        .toList(),
                    null)));
    context.addPublishInboundInterceptor(
        (message, unchanged) ->
            note(said, message, new Said(List.of(), message.getPublishPacket())));
    context.addPublishOutboundInterceptor(
        (message, unchanged) -> note(delivered, message, text(message.getPublishPacket())));
  }

  private static String client(ClientBasedInput input) {
    return input.getClientInformation().getClientId();
  }

  private static <T> void note(Map<String, List<T>> notes, ClientBasedInput input, T what) {
    notes.computeIfAbsent(client(input), any -> new CopyOnWriteArrayList<>()).add(what);
  }

  private static String text(PublishPacket message) {
    return message
        .getPayload()
        .map(bytes -> StandardCharsets.UTF_8.decode(bytes.duplicate()).toString())
        .orElse("");
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
    // Nothing was opened.
  }

  /** How it has connected last. */
  ConnectPacket connected(String client) {
    return connected.get(client);
  }

  /** In order. */
  List<Said> said(String client) {
    return said.getOrDefault(client, List.of());
  }

  /** The contents of what it was sent. */
  List<String> delivered(String client) {
    return delivered.getOrDefault(client, List.of());
  }

  /** Who has subscribed to it. */
  String subscriberOf(String topic) throws Exception {
    AtomicReference<String> client = new AtomicReference<>();
    Services.subscriptionStore()
        .iterateAllSubscribersForTopic(topic, (context, found) -> client.set(found.getClientId()))
        .get(10, TimeUnit.SECONDS);
    return client.get();
  }

  /** All clients that have said something. */
  List<String> clients() {
    return new ArrayList<>(said.keySet());
  }

  /** What it is subscribed to now. */
  Set<String> filters(String client) throws Exception {
    return Services.subscriptionStore().getSubscriptions(client).get(10, TimeUnit.SECONDS).stream()
        .map(TopicSubscription::getTopicFilter)
        .collect(Collectors.toSet());
  }
}
