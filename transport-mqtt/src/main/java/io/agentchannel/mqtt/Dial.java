package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.MqttProxyConfig;
import com.hivemq.client.mqtt.MqttProxyProtocol;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.advanced.Mqtt5ClientAdvancedConfig;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.spi.HttpProxy;
import io.agentchannel.spi.TlsMaterial;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.util.KeyManagerFactoryWrapper;
import io.netty.handler.ssl.util.TrustManagerFactoryWrapper;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect to a broker: its addresses are tried in turn, then those of the brokers
 * that stand in for it. Ends with a wire or with the first reason why not.
 */
final class Dial {
  private final Endpoint broker;
  private final Settings settings;
  private final TransportContext context;
  private final EventLoopGroup loops;
  private final String place;
  private final Mqtt5Publish will;
  private final Wire.Events events;
  private final CompletableFuture<Wire> result = new CompletableFuture<>();
  private @Nullable Throwable firstFailure;

  /**
   * @param loops with one event loop
   */
  Dial(
      Endpoint broker,
      Settings settings,
      TransportContext context,
      EventLoopGroup loops,
      String place,
      Mqtt5Publish will,
      Wire.Events events) {
    this.broker = broker;
    this.settings = settings;
    this.context = context;
    this.loops = loops;
    this.place = place;
    this.will = will;
    this.events = events;
  }

  CompletableFuture<Wire> start() {
    try {
      context.workers().execute(() -> tryNext(new ArrayDeque<>(broker.addresses())));
    } catch (RejectedExecutionException closing) {
      result.completeExceptionally(closing);
    }
    return result;
  }

  /** On a worker: the JDK's resolver blocks, and so may a proxy's settings and certificates. */
  private void tryNext(Queue<Endpoint.Address> left) {
    Endpoint.Address address = left.poll();
    if (address == null) {
      result.completeExceptionally(
          firstFailure == null ? new IllegalStateException("no address") : firstFailure);
      return;
    }
    try {
      HttpProxy proxy = context.proxy(address.host(), address.port());
      List<InetSocketAddress> found =
          proxy != null
              ? List.of(InetSocketAddress.createUnresolved(address.host(), address.port()))
              : resolve(address);
      tryEach(new ArrayDeque<>(found), proxy, left);
    } catch (UnknownHostException | RuntimeException failure) {
      failed(failure);
      tryNext(left);
    }
  }

  private static List<InetSocketAddress> resolve(Endpoint.Address address)
      throws UnknownHostException {
    return Arrays.stream(InetAddress.getAllByName(address.host()))
        .map(found -> new InetSocketAddress(found, address.port()))
        .toList();
  }

  private void tryEach(
      Queue<InetSocketAddress> found, @Nullable HttpProxy proxy, Queue<Endpoint.Address> left) {
    InetSocketAddress address = found.poll();
    if (address == null) {
      tryNext(left);
      return;
    }
    Wire.connect(client(address, proxy), connect(), loops.next(), events)
        .whenComplete(
            (wire, failure) -> {
              if (failure == null) {
                result.complete(wire);
                return;
              }
              failed(failure);
              try {
                context.workers().execute(() -> tryEach(found, proxy, left));
              } catch (RejectedExecutionException closing) {
                result.completeExceptionally(failure);
              }
            });
  }

  private void failed(Throwable failure) {
    if (firstFailure == null) {
      firstFailure = failure;
    }
  }

  private Mqtt5ClientBuilder client(InetSocketAddress address, @Nullable HttpProxy proxy) {
    return MqttClient.builder()
        .useMqttVersion5()
        .identifier(Place.clientId(place))
        .executorConfig(
            MqttClientExecutorConfig.builder()
                .nettyExecutor(loops)
                .applicationScheduler(new InPlace())
                .build())
        .transportConfig(transport(address, proxy))
        // Whoever sends a text that is none must not end the connection of its receiver.
        .advancedConfig(Mqtt5ClientAdvancedConfig.builder().validatePayloadFormat(false).build());
  }

  private MqttClientTransportConfig transport(
      InetSocketAddress address, @Nullable HttpProxy proxy) {
    long patience = settings.connectTimeout().toMillis();
    MqttClientTransportConfigBuilder builder =
        MqttClientTransportConfig.builder()
            .serverAddress(address)
            .socketConnectTimeout(patience, TimeUnit.MILLISECONDS)
            .mqttConnectTimeout(patience, TimeUnit.MILLISECONDS);
    if (broker.isTls()) {
      builder = builder.sslConfig(tls(context.tls()));
    }
    if (broker.isWebSocket()) {
      builder =
          builder.webSocketConfig(
              MqttWebSocketConfig.builder().serverPath(settings.webSocketPath()).build());
    }
    if (proxy != null) {
      builder =
          builder.proxyConfig(
              MqttProxyConfig.builder()
                  .protocol(MqttProxyProtocol.HTTP)
                  .host(proxy.host())
                  .port(proxy.port())
                  .username(proxy.user())
                  .password(proxy.password())
                  .build());
    }
    return builder.build();
  }

  /** The client verifies host names itself, unless certificates are the agents' own. */
  private MqttClientSslConfig tls(TlsMaterial material) {
    X509ExtendedKeyManager keys = material.clientKeys();
    return MqttClientSslConfig.builder()
        .keyManagerFactory(keys == null ? null : new KeyManagerFactoryWrapper(keys))
        .trustManagerFactory(new TrustManagerFactoryWrapper(material.clientTrust()))
        .hostnameVerifier(material.isAgents() ? (host, session) -> true : null)
        .handshakeTimeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .build();
  }

  private Mqtt5Connect connect() {
    Mqtt5ConnectBuilder builder =
        Mqtt5Connect.builder()
            .cleanStart(true)
            .sessionExpiryInterval(0)
            .keepAlive(keepAliveSeconds(settings.keepAlive()))
            .willPublish(will)
            .restrictions()
            .maximumPacketSize(settings.maxIncoming())
            .applyRestrictions();
    Mqtt5SimpleAuth credentials = credentials();
    return credentials == null ? builder.build() : builder.simpleAuth(credentials).build();
  }

  /** The client library notices a dead connection within twice what it is told. */
  private static int keepAliveSeconds(Duration bound) {
    return (int) Math.max(1, Math.min(0xffff, bound.toSeconds() / 2));
  }

  private @Nullable Mqtt5SimpleAuth credentials() {
    String user = settings.user();
    String password = settings.password();
    byte[] secret = password == null ? null : password.getBytes(StandardCharsets.UTF_8);
    Mqtt5SimpleAuthBuilder builder = Mqtt5SimpleAuth.builder();
    if (user == null) {
      return secret == null ? null : builder.password(secret).build();
    }
    return secret == null
        ? builder.username(user).build()
        : builder.username(user).password(secret).build();
  }
}
