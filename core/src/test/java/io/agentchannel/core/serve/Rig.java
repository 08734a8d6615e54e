package io.agentchannel.core.serve;

import io.agentchannel.AgentId;
import io.agentchannel.Call;
import io.agentchannel.HandlerOptions;
import io.agentchannel.Interceptor;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Peer;
import io.agentchannel.Requests;
import io.agentchannel.Topic;
import io.agentchannel.core.codec.Codecs;
import io.agentchannel.core.config.Settings.Overflow;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.spi.AgentSpec.Service;
import io.agentchannel.spi.LocalIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An agent's server side without links: what it serves, its threads, and callers. */
public final class Rig implements AutoCloseable {
  public static final Peer ALICE = agent(1, "alice");
  public static final Peer BOB = agent(2, "bob");

  public final ExecutorService pool = Executors.newFixedThreadPool(8);
  public final Codecs codecs = new Codecs(List.of());
  public final Events events;
  private final List<Service> services = new ArrayList<>();
  private final List<Topic<?>> topics = new ArrayList<>();
  private int exchanges;

  public Rig() {
    this(8, Overflow.DROP);
  }

  Rig(int eventBuffer, Overflow overflow) {
    events = new Events(codecs, eventBuffer, overflow);
  }

  public Rig serve(Operation<?, ?> operation, Object handler) {
    return serve(operation, handler, HandlerOptions.pooled());
  }

  public Rig serveDirect(Operation<?, ?> operation, Object handler) {
    return serve(operation, handler, HandlerOptions.direct());
  }

  Rig topic(Topic<?> topic) {
    topics.add(topic);
    return this;
  }

  private Rig serve(Operation<?, ?> operation, Object handler, HandlerOptions options) {
    services.add(new Service(operation, handler, options));
    return this;
  }

  public Services services() {
    return new Services(
        services,
        topics,
        new Self(agentId(7), "librarian", 42),
        codecs,
        events,
        List::of,
        IdentityKey.ephemeral(),
        (peer, topic) -> {});
  }

  public LocalIdentity identity() {
    return new Self(agentId(7), "librarian", 42);
  }

  public Dispatcher dispatcher() {
    return dispatcher(pool, 1024);
  }

  Dispatcher dispatcher(Executor executor, int maxPerPeer) {
    return new Dispatcher(services(), codecs, executor, maxPerPeer);
  }

  Call call(Operation<?, ?> operation) {
    return call(operation.name(), Call.Kind.of(operation), ALICE, null);
  }

  Call call(String operation, Call.Kind kind, Peer caller, @Nullable String key) {
    return new Call(
        operation,
        kind,
        caller.displayName(),
        caller,
        "x-" + ++exchanges,
        Map.of("trace", "7"),
        null,
        null,
        key,
        false,
        false);
  }

  /** Starts a call and gives it its one request. */
  RecordedReplies ask(Interceptor.Next chain, Operation<?, ?> operation, String text) {
    return ask(chain, call(operation), text, new RecordedReplies());
  }

  RecordedReplies ask(Interceptor.Next chain, Call call, String text, RecordedReplies replies) {
    Requests requests = replies.to(chain.start(call, replies));
    requests.item(Payload.ofText(text), true);
    return replies;
  }

  @Override
  public void close() throws Exception {
    pool.shutdownNow();
    if (!pool.awaitTermination(10, TimeUnit.SECONDS)) {
      throw new AssertionError("a handler is still at work");
    }
  }

  private static Peer agent(int seed, String name) {
    return new Peer.Agent(agentId(seed), name);
  }

  private static AgentId agentId(int seed) {
    byte[] key = new byte[32];
    key[0] = (byte) seed;
    return AgentId.ofPublicKey(key);
  }

  private record Self(AgentId id, String name, long instance) implements LocalIdentity {}
}
