package io.agentchannel.bench;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.reactivex.schedulers.Schedulers;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Two of HiveMQ's clients and a broker, request and response by Response Topic and Correlation
 * Data, tuned: callbacks run where the message arrives. A stream is as many messages, with no more
 * on the way than the broker has acknowledged.
 */
final class MqttSubject implements RawSubject {
  private static final MqttQos QOS = MqttQos.fromCode(MqttBroker.QOS);
  private static final int WINDOW = 1024;
  private static final int EARLY_LOSSES = 20;

  private final String topic = "bench/" + UUID.randomUUID();
  private final Mqtt5AsyncClient server;
  private final Mqtt5AsyncClient client;
  private final Mqtt5Publish request;
  private volatile @Nullable Runnable onMessage;

  private MqttSubject() throws InterruptedException {
    this.server = connect(topic + "/request", this::answer);
    this.client =
        connect(
            topic + "/reply",
            reply -> {
              Runnable next = onMessage;
              if (next != null) {
                next.run();
              }
            });
    this.request =
        Mqtt5Publish.builder()
            .topic(topic + "/request")
            .qos(QOS)
            .responseTopic(topic + "/reply")
            .correlationData(new byte[16])
            .payload(new byte[MESSAGE_BYTES])
            .build();
  }

  static MqttSubject open() throws InterruptedException {
    return new MqttSubject();
  }

  /** The light broker drops a client now and then that subscribes right after it was accepted. */
  static Mqtt5AsyncClient connect(String filter, java.util.function.Consumer<Mqtt5Publish> callback)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      Mqtt5AsyncClient made =
          MqttClient.builder()
              .useMqttVersion5()
              .identifier(UUID.randomUUID().toString())
              .serverHost(MqttBroker.address().getHost())
              .serverPort(MqttBroker.address().getPort())
              .executorConfig(
                  MqttClientExecutorConfig.builder()
                      .applicationScheduler(Schedulers.from(Runnable::run))
                      .build())
              .buildAsync();
      made.publishes(MqttGlobalPublishFilter.ALL, callback);
      try {
        made.connect().get(5, TimeUnit.SECONDS);
        made.subscribeWith().topicFilter(filter).qos(QOS).send().get(2, TimeUnit.SECONDS);
        return made;
      } catch (ExecutionException | TimeoutException failure) {
        made.disconnect();
        if (attempt == EARLY_LOSSES) {
          throw new IllegalStateException("cannot connect to the broker", failure);
        }
      }
    }
  }

  private void answer(Mqtt5Publish message) {
    byte[] body = message.getPayloadAsBytes();
    Mqtt5Publish reply =
        Mqtt5Publish.builder()
            .topic(message.getResponseTopic().orElseThrow())
            .qos(QOS)
            .correlationData(message.getCorrelationData().orElseThrow())
            .payload(body)
            .build();
    if (body.length == MESSAGE_BYTES) {
      server.publish(reply);
      return;
    }
    int count = ByteBuffer.wrap(body).getInt();
    Mqtt5Publish item = reply.extend().payload(new byte[MESSAGE_BYTES]).build();
    Thread sender = new Thread(() -> send(item, count), "mqtt-stream");
    sender.setDaemon(true);
    sender.start();
  }

  private void send(Mqtt5Publish item, int count) {
    Semaphore room = new Semaphore(WINDOW);
    for (int i = 0; i < count; i++) {
      room.acquireUninterruptibly();
      server.publish(item).whenComplete((done, failure) -> room.release());
    }
  }

  @Override
  public void loop(int count, int atOnce, @Nullable Histogram nanos) {
    ClosedLoop loop = new ClosedLoop(count, () -> client.publish(request), nanos);
    onMessage = loop::onReply;
    loop.run(atOnce);
  }

  @Override
  public void stream(int count) {
    Arrivals arrivals = new Arrivals(count);
    onMessage = arrivals::add;
    client.publish(
        request.extend().payload(ByteBuffer.allocate(Integer.BYTES).putInt(0, count)).build());
    arrivals.await();
  }

  @Override
  public AutoCloseable connectAnother() throws InterruptedException {
    Mqtt5AsyncClient another = connect(topic + "/" + UUID.randomUUID(), message -> {});
    return () -> another.disconnect().get(5, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    client.disconnect();
    server.disconnect();
  }
}
