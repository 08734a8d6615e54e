package io.agentchannel.bench;

import io.agentchannel.CallOptions;
import io.agentchannel.HandlerOptions;
import io.agentchannel.Payload;
import java.util.concurrent.Flow;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Without a hand-over between threads but the network's own: direct handlers and publishers, and a
 * caller that goes on where the reply arrives.
 */
final class DirectSubject extends AgentSubject {
  private static final CallOptions DIRECT = OPTIONS.withDirect();

  DirectSubject(String listen) {
    this(listen, "sealed");
  }

  /** To see what sealing costs. */
  static DirectSubject withoutSealing(String listen) {
    return new DirectSubject(listen, "none");
  }

  private DirectSubject(String listen, String security) {
    super(
        listen,
        security,
        agent ->
            agent
                .serve(ECHO, HandlerOptions.direct(), (request, call) -> request)
                .servePublisher(
                    ITEMS, HandlerOptions.direct(), (count, call) -> new Repeat<>(MESSAGE, count)));
  }

  @Override
  public void roundTrips(int count, Histogram nanos) {
    new Loop(count, nanos).run(1);
  }

  @Override
  public void inFlight(int count, int atOnce) {
    new Loop(count, null).run(atOnce);
  }

  @Override
  public void stream(int count) {
    Arrivals arrivals = new Arrivals(count);
    channel.stream(ITEMS, count, DIRECT).subscribe(new Counting(arrivals));
    arrivals.await();
  }

  private final class Loop {
    private final ClosedLoop loop;

    Loop(int count, @Nullable Histogram nanos) {
      this.loop = new ClosedLoop(count, this::call, nanos);
    }

    void run(int atOnce) {
      loop.run(atOnce);
    }

    private void call() {
      channel.requestAsync(ECHO, MESSAGE, DIRECT).whenComplete(this::replied);
    }

    private void replied(@Nullable Payload reply, @Nullable Throwable failure) {
      if (failure == null) {
        loop.onReply();
      } else {
        loop.fail(failure);
      }
    }
  }

  private record Counting(Arrivals arrivals) implements Flow.Subscriber<Payload> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Payload item) {
      arrivals.add();
    }

    @Override
    public void onError(Throwable failure) {
      arrivals.fail(failure);
    }

    @Override
    public void onComplete() {}
  }
}
