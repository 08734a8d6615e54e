package io.agentchannel.http.internal.link;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.http.internal.client.Answer;
import io.agentchannel.http.internal.client.Connection;
import io.agentchannel.http.internal.client.Dialler;
import io.agentchannel.http.internal.client.Lane;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.spi.LinkInfo;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The calling end of a link: one lane of POSTs with batches up, whose responses may carry batches
 * down, and one of GETs that wait for those. What is cut is asked again.
 */
class ClientLink extends HttpLink {
  private static final long LAST_WORDS_MILLIS = 1000;
  private static final long SHORTEST_WAIT_SECONDS = 1;
  private static final long CUT_IS_LATE = TimeUnit.MILLISECONDS.toNanos(800);

  final LinkRequests requests;
  private final Pacing pacing;
  private final Lane up;
  private final Lane down;
  private long waitSeconds;
  private boolean asking;
  private volatile boolean misdirected;
  private @Nullable ScheduledFuture<?> nextAsk;

  ClientLink(EventLoop loop, LinkInfo info, LinkRequests requests, Pacing pacing, Dialler dialler) {
    super(loop, info, /* ready= */ true);
    this.requests = requests;
    this.pacing = pacing;
    this.waitSeconds = pacing.waitSeconds();
    this.up = new Lane(loop, dialler, pacing.patienceNanos(), this::otherReplica);
    this.down = new Lane(loop, dialler, pacing.patienceNanos(), this::otherReplica);
  }

  /** The connections that have been made already; on the event loop. */
  void use(Connection forPosts, @Nullable Connection forGets) {
    up.use(forPosts);
    if (forGets != null) {
      down.use(forGets);
    }
  }

  private void otherReplica() {
    misdirected = true;
  }

  @Override
  public @Nullable String note() {
    return misdirected
        ? "no affinity: something on the way sends its requests to other replicas, too"
        : null;
  }

  // Up.

  @Override
  boolean canSend() {
    return up.isFree();
  }

  @Override
  void flush() {
    if (!up.isFree()) {
      return;
    }
    Batch batch = outlet.next();
    if (batch != null) {
      pacing.moved();
      up.ask(new Post(batch), pacing.answerNanos());
      askSooner();
    } else if (hasEnded()) {
      sayGoodbye();
    }
  }

  private final class Post implements Lane.Asker {
    private final Batch batch;

    Post(Batch batch) {
      this.batch = batch;
    }

    @Override
    public FullHttpRequest request() {
      return requests.post(batch, inlet.last());
    }

    @Override
    public void onAnswer(Answer answer) {
      guarded(
          () -> {
            if (isGood(answer)) {
              turn(() -> takeAnswer(answer));
              ask();
            }
          });
    }

    @Override
    public void onFailure(Throwable why) {
      broken(unavailable(why));
    }
  }

  // Down.

  @Override
  void started() {
    ask();
  }

  /** Whether this end asks for batches. */
  boolean pulls() {
    return true;
  }

  final void ask() {
    // One that waits for another is acknowledged with it.
    if (asking || !isStarted() || hasEnded() || inlet.isWaiting() || !pulls()) {
      return;
    }
    asking = true;
    if (pacing.isLong()) {
      askNow();
    } else {
      nextAsk = loop.schedule(this::askNow, pacing.nextPauseMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void askNow() {
    nextAsk = null;
    if (hasEnded() || !pulls()) {
      asking = false;
      return;
    }
    down.ask(
        new Get(),
        TimeUnit.SECONDS.toNanos(pacing.isLong() ? waitSeconds : 0) + pacing.answerNanos());
  }

  /** Something was sent, so something may come: the pause is not waited out. */
  private void askSooner() {
    if (nextAsk != null && nextAsk.cancel(false)) {
      nextAsk = loop.schedule(this::askNow, pacing.nextPauseMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private final class Get implements Lane.Asker {

    @Override
    public FullHttpRequest request() {
      return requests.get(inlet.last(), pacing.isLong() ? waitSeconds : 0);
    }

    @Override
    public void onAnswer(Answer answer) {
      guarded(
          () -> {
            asking = false;
            if (isGood(answer)) {
              turn(() -> takeAnswer(answer));
              ask();
            }
          });
    }

    /** Something on the way does not let anybody wait for so long. */
    @Override
    public void onCut(long nanos) {
      if (nanos > CUT_IS_LATE) {
        waitSeconds =
            Math.max(
                SHORTEST_WAIT_SECONDS,
                Math.min(waitSeconds, TimeUnit.NANOSECONDS.toSeconds(nanos * 3 / 4)));
      }
    }

    @Override
    public void onFailure(Throwable why) {
      asking = false;
      broken(unavailable(why));
    }
  }

  private void takeAnswer(Answer answer) {
    if (answer.body().length == 0) {
      return;
    }
    String number = answer.headers().get(Words.BATCH_HEADER);
    try {
      pacing.moved();
      take(inlet, number == null ? -1 : Long.parseLong(number), answer.body());
    } catch (NumberFormatException broken) {
      broken(unavailable("a batch without a number"));
    }
  }

  /** Whether the link goes on with it. */
  private boolean isGood(Answer answer) {
    switch (answer.status()) {
      case 200, 204 -> {
        return true;
      }
      case 410 -> {
        // After what it had to say.
        peerEnded();
      }
      default ->
          broken(
              new AgentException(
                  Code.UNAVAILABLE, Outcome.UNKNOWN, "the peer answered HTTP " + answer.status()));
    }
    return false;
  }

  private AgentException unavailable(Throwable why) {
    return unavailable(
        "the peer cannot be reached: " + OneLine.of(String.valueOf(why.getMessage())));
  }

  // The end.

  @Override
  void ended(boolean orderly) {
    if (nextAsk != null) {
      nextAsk.cancel(false);
    }
    if (orderly && !isGone()) {
      loop.schedule(this::vanish, LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
      flush();
    } else {
      vanish();
    }
  }

  private void sayGoodbye() {
    if (!isGone() && up.isFree()) {
      up.ask(
          Lane.asking(() -> requests.bare(HttpMethod.DELETE), this::vanish), pacing.answerNanos());
    }
  }

  final void peerEnded() {
    end(null);
    vanish();
  }

  @Override
  final void vanish() {
    up.close();
    down.close();
    gone();
  }
}
