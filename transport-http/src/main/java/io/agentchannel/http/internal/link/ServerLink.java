package io.agentchannel.http.internal.link;

import io.agentchannel.http.internal.server.Problem;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.http.internal.server.Responder;
import io.agentchannel.http.internal.server.Response;
import io.agentchannel.spi.LinkInfo;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The called end of a link: batches come in POSTs, and go out in the responses to POSTs and to GETs
 * that wait for one. Each of the two is one carrier with at most one batch that is not
 * acknowledged, so that a quick reply never waits for the long poll to come back.
 */
class ServerLink extends HttpLink {
  private static final Response NOTHING = Response.empty(HttpResponseStatus.NO_CONTENT);
  static final long LAST_WORDS_MILLIS = 1000;

  /** Bytes that are taken before anybody wants them. */
  private static final int MOST_UNSTARTED = 64 * 1024;

  /** A POST that came before the link was started. */
  private record Held(long number, long after, byte[] bytes, Responder responder) {}

  private final long quietNanos;
  private @Nullable Held held;
  private @Nullable Responder posted;
  private @Nullable Responder waiting;
  private @Nullable ScheduledFuture<?> waitEnds;
  private @Nullable Batch onPost;
  private @Nullable Batch onGet;
  private @Nullable ScheduledFuture<?> watch;
  private long heardAt = System.nanoTime();

  /**
   * @param quietSeconds how long the caller may have no request open until it counts as gone
   */
  ServerLink(EventLoop loop, LinkInfo info, long quietSeconds) {
    super(loop, info, /* ready= */ false);
    this.quietNanos = TimeUnit.SECONDS.toNanos(quietSeconds);
    onLoop(this::watchCaller);
  }

  // Requests; each runs on the link's loop.

  /**
   * Looks at a POST before anything is made of it.
   *
   * @throws Refusal if it is not the caller's
   */
  void authenticate(RequestHead head, long number, byte[] bytes) throws Refusal {}

  void post(long number, long after, byte[] bytes, Responder responder) {
    heardAt = System.nanoTime();
    acknowledge(after);
    if (hasEnded()) {
      answerEnded(responder);
      return;
    }
    if (!isStarted() && unstartedBytes() + bytes.length > MOST_UNSTARTED) {
      Held older = held;
      held = new Held(number, after, bytes, responder);
      if (older != null) {
        older.responder().send(NOTHING);
      }
      return;
    }
    if (number == inlet.last()) {
      // The caller has not seen the response to this one.
      Batch lost = onPost;
      responder.send(lost == null ? NOTHING : response(lost));
      return;
    }
    if (inlet.place(number) != Inlet.Place.NEXT) {
      responder.send(
          Problem.of(HttpResponseStatus.CONFLICT, "batch " + (inlet.last() + 1) + " is next"));
      return;
    }
    onPost = null;
    posted = responder;
    turn(() -> take(inlet, number, bytes));
    answerPost();
  }

  private void answerPost() {
    Responder responder = posted;
    if (responder != null) {
      posted = null;
      Batch next = carriesDown() ? outlet.next() : null;
      onPost = next;
      if (next == null && hasEnded()) {
        answerEnded(responder);
      } else {
        responder.send(next == null ? NOTHING : response(next));
      }
      updateReady();
    }
  }

  void get(long after, long waitSeconds, Responder responder) {
    heardAt = System.nanoTime();
    acknowledge(after);
    dismissWaiting();
    Batch lost = onGet;
    if (lost != null) {
      responder.send(response(lost));
      return;
    }
    if (hasEnded() && outlet.isEmpty() && onPost == null) {
      answerEnded(responder);
      return;
    }
    waiting = responder;
    if (waitSeconds > 0) {
      waitEnds =
          loop.schedule(this::dismissWaiting, Pacing.waitNanos(waitSeconds), TimeUnit.NANOSECONDS);
      responder.onGone(() -> onLoop(() -> left(responder)));
    }
    turn(() -> {});
    if (waitSeconds == 0) {
      dismissWaiting();
    }
  }

  private void left(Responder responder) {
    if (waiting == responder) {
      takeWaiting();
      updateReady();
    }
  }

  final void dismissWaiting() {
    Responder responder = takeWaiting();
    if (responder != null) {
      responder.send(NOTHING);
      updateReady();
    }
  }

  private @Nullable Responder takeWaiting() {
    Responder responder = waiting;
    waiting = null;
    cancelWait();
    if (responder != null) {
      // The caller was there until now, and has the time of a round trip to ask again.
      heardAt = System.nanoTime();
      watchCaller();
    }
    return responder;
  }

  private void cancelWait() {
    if (waitEnds != null) {
      waitEnds.cancel(false);
      waitEnds = null;
    }
  }

  void delete(Responder responder) {
    responder.send(NOTHING);
    end(null);
    vanish();
  }

  private void acknowledge(long after) {
    if (onPost != null && onPost.number() <= after) {
      onPost = null;
    }
    if (onGet != null && onGet.number() <= after) {
      onGet = null;
    }
  }

  static Response response(Batch batch) {
    return new Response(
        HttpResponseStatus.OK,
        Batch.CONTENT_TYPE,
        Map.of(Words.BATCH_HEADER, Long.toString(batch.number())),
        List.of(ByteBuffer.wrap(batch.bytes())));
  }

  // What HttpLink asks for.

  /** Whether responses carry batches; else something else does. */
  boolean carriesDown() {
    return true;
  }

  @Override
  boolean canSend() {
    return carriesDown() && (posted != null || waiting != null && onGet == null);
  }

  @Override
  void flush() {
    if (posted != null) {
      // Its response comes at the end of its turn, and takes everything.
      return;
    }
    if (carriesDown() && waiting != null && onGet == null) {
      Batch next = outlet.next();
      if (next != null) {
        onGet = next;
        Responder responder = takeWaiting();
        if (responder != null) {
          responder.send(response(next));
        }
      }
    }
  }

  @Override
  void started() {
    Held early = held;
    held = null;
    if (early != null) {
      post(early.number(), early.after(), early.bytes(), early.responder());
    }
  }

  // The end.

  @Override
  void ended(boolean orderly) {
    Held early = held;
    held = null;
    if (early != null) {
      answerEnded(early.responder());
    }
    if (orderly && !(waiting != null && isDrained())) {
      // The next request hears of the end, or what was still to be said first.
      loop.schedule(this::vanish, LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
      flush();
    } else {
      vanish();
    }
  }

  boolean isDrained() {
    return outlet.isEmpty() && onPost == null && onGet == null;
  }

  private void answerEnded(Responder responder) {
    if (outlet.isEmpty()) {
      responder.send(Problem.of(HttpResponseStatus.GONE, "the link has ended"));
      vanish();
    } else {
      Batch last = outlet.next();
      onPost = last;
      responder.send(last == null ? NOTHING : response(last));
    }
  }

  @Override
  void vanish() {
    if (isGone()) {
      return;
    }
    Responder last = takeWaiting();
    if (last != null) {
      last.send(Problem.of(HttpResponseStatus.GONE, "the link has ended"));
    }
    if (watch != null) {
      watch.cancel(false);
    }
    gone();
  }

  /** A caller that waits for an answer is there; the watch begins when it has got one. */
  private void watchCaller() {
    if (watch == null && !isGone()) {
      watchIn(quietNanos);
    }
  }

  private void watchIn(long nanos) {
    watch = loop.schedule(this::checkCaller, nanos, TimeUnit.NANOSECONDS);
  }

  private void checkCaller() {
    watch = null;
    if (isGone() || waiting != null || !carriesDown()) {
      return;
    }
    long quiet = held != null ? 0 : System.nanoTime() - heardAt;
    if (quiet >= quietNanos) {
      broken(unavailable("the caller has not asked for " + quiet / 1_000_000_000L + " s"));
    } else {
      watchIn(quietNanos - quiet);
    }
  }
}
