package io.agentchannel.bench;

import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.sun.management.OperatingSystemMXBean;
import io.agentchannel.Agent;
import io.agentchannel.AgentConfig;
import io.agentchannel.EventHandler;
import io.agentchannel.EventSubscription;
import io.agentchannel.Payload;
import io.agentchannel.Topic;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * What it costs to tell many through one broker: an event of a public topic, which the publisher
 * says once and the broker says to all, beside an event that goes to each in a stream of its own,
 * sealed. Each subscriber has its own connection; all of them, the broker and the publisher are in
 * this JVM.
 */
public final class FanOut {
  private static final Topic<Payload> NEWS = Topic.of("news", Payload.class);
  private static final Topic<Payload> SECRETS = Topic.of("secrets", Payload.class);
  private static final Payload EVENT = Payload.ofBytes(new byte[Subject.MESSAGE_BYTES]);

  /** Events that have not reached everybody. */
  private static final int WINDOW = 8;

  private static final int ROUNDS = 3;
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final int PATIENCE_SECONDS = 60;

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final AtomicLong heard = new AtomicLong();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final int subscribers;
  private final Agent publisher;
  private final Set<Long> publishing;

  private FanOut(int subscribers) {
    this.subscribers = subscribers;
    Set<Long> before = threads();
    this.publisher =
        Agent.builder(
                AgentConfig.of(
                    Map.of(
                        "name",
                        "publisher",
                        "identity",
                        "ephemeral",
                        "trust.policy",
                        "open",
                        "mqtt.qos",
                        MqttBroker.QOS,
                        "events.public",
                        List.of(NEWS.name()),
                        "listen",
                        List.of(MqttBroker.address().toString()))))
            .topic(NEWS)
            .topic(SECRETS)
            .start();
    this.publishing = threads();
    publishing.removeAll(before);
    open.push(publisher);
  }

  /**
   * @param args the number of subscribers, 1000, and of events in a round, 100
   */
  public static void main(String[] args) throws Exception {
    int subscribers = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
    int events = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    // The light broker has a line for each who comes and goes.
    System.setProperty("org.slf4j.simpleLogger.log.io.moquette", "off");
    FanOut fanOut = new FanOut(subscribers);
    fanOut.subscribePlainly();
    fanOut.subscribeSealed();
    for (int round = 0; round < ROUNDS; round++) {
      fanOut.measure("public", NEWS, events);
      fanOut.measure("sealed", SECRETS, events);
    }
    while (!fanOut.open.isEmpty()) {
      fanOut.open.pop().close();
    }
    System.exit(0);
  }

  /** Those of agents: the light broker makes more of its own for whoever connects first. */
  private static Set<Long> threads() {
    return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().startsWith("agentchannel"))
        .map(ThreadInfo::getThreadId)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private void subscribePlainly() throws InterruptedException {
    for (int i = 0; i < subscribers; i++) {
      Mqtt5AsyncClient client =
          MqttSubject.connect(
              "agentchannel/v1/events/publisher/news", event -> heard.incrementAndGet());
      open.push(() -> client.disconnect().join());
    }
  }

  private void subscribeSealed() throws Exception {
    String endpoint = publisher.endpoints().get(0).toString();
    EventHandler<Payload> handler = event -> heard.incrementAndGet();
    for (int i = 0; i < subscribers; i++) {
      Agent agent = Agent.start(AgentSubject.config("subscriber"));
      open.push(agent);
      EventSubscription subscription = agent.channel(endpoint).subscribe(SECRETS, handler);
      subscription.accepted().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void measure(String way, Topic<Payload> topic, int events) {
    heard.set(0);
    long processCpu = SYSTEM.getProcessCpuTime();
    long publisherCpu = cpuOf(publishing);
    long publishCpu = 0;
    long begin = System.nanoTime();
    for (int i = 0; i < events; i++) {
      awaitHeard((long) (i - WINDOW) * subscribers);
      long before = THREADS.getCurrentThreadCpuTime();
      publisher.publish(topic, EVENT);
      publishCpu += THREADS.getCurrentThreadCpuTime() - before;
    }
    awaitHeard((long) events * subscribers);
    double seconds = (System.nanoTime() - begin) / 1e9;
    long deliveries = heard.get();
    System.out.printf(
        Locale.ROOT,
        "%s to %d: %.0f events/s, %.0f deliveries/s; cpu of the publisher %.0f \u00b5s an event,"
            + " of all %.1f \u00b5s a delivery; lost %d%n",
        way,
        subscribers,
        events / seconds,
        deliveries / seconds,
        (publishCpu + cpuOf(publishing) - publisherCpu) / 1e3 / events,
        (SYSTEM.getProcessCpuTime() - processCpu) / 1e3 / deliveries,
        (long) events * subscribers - deliveries);
  }

  private static long cpuOf(Set<Long> threads) {
    return threads.stream().mapToLong(id -> Math.max(0, THREADS.getThreadCpuTime(id))).sum();
  }

  /** Gives up when nothing comes any more. */
  private void awaitHeard(long count) {
    long last = heard.get();
    long since = System.nanoTime();
    while (heard.get() < count) {
      LockSupport.parkNanos(PAUSE_NANOS);
      long now = heard.get();
      if (now != last) {
        last = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > STALLED_NANOS) {
        return;
      }
    }
  }
}
