package io.agentchannel.bench.jmh;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The exchange core alone: both ends of a call of 256 bytes and a reply, and of a stream's item.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class ExchangeBenchmark {
  private static final int AT_ONCE = 64;
  private static final int ITEMS = 10_000;
  private static final Payload MESSAGE = Payload.ofBytes(new byte[256]);
  private static final Call UNARY = call("echo", Call.Kind.UNARY);
  private static final Call STREAMING = call("items", Call.Kind.STREAMING);

  /** With the envelopes' encoding on the way, or without. */
  @Param({"false", "true"})
  public boolean packed;

  private @Nullable BackToBack sessions;

  @Setup
  public void connect() {
    sessions =
        new BackToBack(
            packed,
            (call, replies) ->
                call.kind() == Call.Kind.UNARY ? new Echo(replies) : new Items(replies));
  }

  private static Call call(String operation, Call.Kind kind) {
    return new Call(operation, kind, "peer", null, "", Map.of(), null, null, null, false, false);
  }

  @Benchmark
  public int unary() {
    return unary(1);
  }

  @Benchmark
  @OperationsPerInvocation(AT_ONCE)
  public int unary64() {
    return unary(AT_ONCE);
  }

  private int unary(int atOnce) {
    BackToBack between = between();
    Counting replies = new Counting();
    for (int i = 0; i < atOnce; i++) {
      replies.requests = between.open(UNARY, replies);
      replies.requests.item(MESSAGE, true);
    }
    between.run();
    return replies.checked(atOnce);
  }

  @Benchmark
  @OperationsPerInvocation(ITEMS)
  public int item() {
    BackToBack between = between();
    Counting replies = new Counting();
    replies.requests = between.open(STREAMING, replies);
    replies.requests.item(MESSAGE, true);
    between.run();
    return replies.checked(ITEMS);
  }

  private BackToBack between() {
    BackToBack both = sessions;
    if (both == null) {
      throw new IllegalStateException("not set up");
    }
    return both;
  }

  /** Takes replies as they come and counts them. */
  private static final class Counting implements Replies {
    @Nullable Requests requests;
    private int count;

    int checked(int expected) {
      if (count != expected) {
        throw new IllegalStateException(count + " replies instead of " + expected);
      }
      return count;
    }

    @Override
    public void item(Payload item, boolean last) {
      count++;
      Requests call = requests;
      if (!last && call != null) {
        call.taken(1);
      }
    }

    @Override
    public void end(@Nullable AgentException failure) {
      if (failure != null) {
        throw failure;
      }
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onReady() {}

    @Override
    public void taken(int count) {}
  }

  /** A call that takes its request. */
  private abstract static class Served implements Requests {
    final Replies replies;

    Served(Replies replies) {
      this.replies = replies;
    }

    @Override
    public void complete() {}

    @Override
    public void cancel(AgentException reason) {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onReady() {}

    @Override
    public void taken(int count) {}
  }

  private static final class Echo extends Served {
    Echo(Replies replies) {
      super(replies);
    }

    @Override
    public void item(Payload item, boolean last) {
      replies.taken(1);
      replies.item(item, true);
    }
  }

  private static final class Items extends Served {
    private int left = ITEMS;

    Items(Replies replies) {
      super(replies);
    }

    @Override
    public void item(Payload item, boolean last) {
      replies.taken(1);
      send();
    }

    @Override
    public void onReady() {
      send();
    }

    private void send() {
      while (left > 0 && replies.isReady()) {
        left--;
        replies.item(MESSAGE, left == 0);
      }
    }
  }
}
