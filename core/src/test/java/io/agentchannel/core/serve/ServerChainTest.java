package io.agentchannel.core.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Handler;
import io.agentchannel.Interceptor;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Requests;
import io.agentchannel.Unary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerChainTest {
  private static final Unary<String, String> ASK =
      Operation.unary("ask", String.class, String.class);
  private static final Interceptor NO_DEADLINE = (call, replies, next) -> next.start(call, replies);
  private static final Interceptor NO_TRUST = NO_DEADLINE;

  private final Rig rig = new Rig();
  private final AtomicInteger runs = new AtomicInteger();
  private final Handler.Unary<String, String> handler =
      (q, call) -> q + " " + call.metadata().get("by") + " " + runs.incrementAndGet();
  private final Dispatcher dispatcher = rig.serve(ASK, handler).dispatcher();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void orderIsDeadlineThenTrustThenUsersThenKeyedCallsThenHandler() {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    Interceptor.Next chain =
        ServerChain.of(
            named("deadline", order),
            named("trust", order),
            List.of(named("first", order), named("second", order)),
            keyed(),
            dispatcher);
    Call call = rig.call("ask", Call.Kind.UNARY, Rig.ALICE, "k");
    assertThat(rig.ask(chain, call, "q", new RecordedReplies()).awaitEnd().texts())
        .containsExactly("q deadline trust first second 1");
    RecordedReplies again = new RecordedReplies();
    rig.ask(chain, rig.call("ask", Call.Kind.UNARY, Rig.ALICE, "k"), "q", again);
    assertThat(again.awaitEnd().texts()).containsExactly("q deadline trust first second 1");
    assertThat(order)
        .containsExactly(
            "deadline", "trust", "first", "second", "deadline", "trust", "first", "second");
  }

  @Test
  void interceptorMayRefuse() {
    Interceptor refusing =
        (call, replies, next) -> {
          replies.end(new AgentException(Code.PERMISSION_DENIED, Outcome.NOT_SENT, "not you"));
          return Requests.ended();
        };
    assertThat(rig.ask(chain(refusing), ASK, "q").awaitFailure()).hasMessage("not you");
    assertThat(runs).hasValue(0);
  }

  @Test
  void interceptorThatThrowsFailsTheCallAlone() {
    Interceptor bad =
        (call, replies, next) -> {
          throw new IllegalStateException("secret");
        };
    assertFault(rig.ask(chain(bad), ASK, "q"));
  }

  @Test
  void interceptorThatThrowsAfterItWentOnLeavesNothingRunning() {
    Interceptor bad =
        (call, replies, next) -> {
          next.start(call, replies);
          throw new IllegalStateException("secret");
        };
    assertFault(rig.ask(chain(bad), ASK, "q"));
    assertThat(dispatcher.running()).isZero();
  }

  @Test
  void requestsThatThrowFailTheCallAlone() {
    Interceptor bad =
        (call, replies, next) ->
            new Wrapped(next.start(call, replies)) {
              @Override
              public void item(Payload item, boolean last) {
                throw new IllegalStateException("secret");
              }
            };
    assertFault(rig.ask(chain(bad), ASK, "q"));
    assertThat(dispatcher.running()).isZero();
  }

  @Test
  void repliesThatThrowFailTheCallAlone() {
    Interceptor bad =
        (call, replies, next) ->
            next.start(
                call,
                new SerialRepliesTest.Inert() {
                  @Override
                  public void item(Payload item, boolean last) {
                    throw new IllegalStateException("secret");
                  }

                  @Override
                  public void end(@Nullable AgentException failure) {
                    replies.end(failure);
                  }
                });
    assertFault(rig.ask(chain(bad), ASK, "q"));
    DispatcherTest.awaitIdle(dispatcher);
  }

  @Test
  void interceptorMayEndTheCallFromAnyThread() throws Exception {
    Interceptor racing =
        (call, replies, next) -> {
          Requests requests = next.start(call, replies);
          rig.pool.execute(() -> replies.end(DispatcherTest.cancelled()));
          return requests;
        };
    Interceptor.Next chain = chain(racing);
    for (int i = 0; i < 500; i++) {
      RecordedReplies replies = rig.ask(chain, ASK, "q");
      replies.awaitAnyEnd();
    }
  }

  private Interceptor.Next chain(Interceptor user) {
    return ServerChain.of(NO_DEADLINE, NO_TRUST, List.of(user), keyed(), dispatcher);
  }

  private static KeyedCalls keyed() {
    return new KeyedCalls(Duration.ofMinutes(10), 1 << 20, System::nanoTime);
  }

  private static Interceptor named(String name, List<String> order) {
    return (call, replies, next) -> {
      order.add(name);
      String before = call.metadata().get("by");
      return next.start(
          call.withMetadata("by", before == null ? name : before + " " + name), replies);
    };
  }

  private static void assertFault(RecordedReplies replies) {
    AgentException failure = replies.awaitFailure();
    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure.getMessage()).doesNotContain("secret");
    replies.assertClean();
  }

  /** Passes everything on. */
  private static class Wrapped implements Requests {
    private final Requests inner;

    Wrapped(Requests inner) {
      this.inner = inner;
    }

    @Override
    public void item(Payload item, boolean last) {
      inner.item(item, last);
    }

    @Override
    public void complete() {
      inner.complete();
    }

    @Override
    public void cancel(AgentException reason) {
      inner.cancel(reason);
    }

    @Override
    public boolean isReady() {
      return inner.isReady();
    }

    @Override
    public void onReady() {
      inner.onReady();
    }

    @Override
    public void taken(int count) {
      inner.taken(count);
    }
  }
}
