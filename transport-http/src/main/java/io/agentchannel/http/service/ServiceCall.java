package io.agentchannel.http.service;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One call of a service: a POST, and where that is answered with an address to ask at, a GET of it
 * every now and then.
 */
final class ServiceCall implements Requests, Callback {
  private static final int MOST_LOST_POLLS = 5;

  private enum Sending {
    NOT_YET,
    BEGUN,
    GIVEN_UP
  }

  private final HttpService service;
  private final Call call;
  private final ReplyLane lane;
  private final ResponseReader reader;
  private final AtomicReference<Sending> sending = new AtomicReference<>(Sending.NOT_YET);
  private final AtomicBoolean asked = new AtomicBoolean();
  private volatile okhttp3.@Nullable Call current;
  private volatile @Nullable Future<?> pause;
  private volatile boolean accepted;

  /** Touched by one request after the other. */
  private int lostPolls;

  private long nextPause = Pauses.SHORTEST_MILLIS;

  ServiceCall(HttpService service, Call call, Replies replies) {
    this.service = service;
    this.call = call;
    this.lane = new ReplyLane(replies, () -> service.ended(this));
    this.reader = new ResponseReader(call.kind(), lane, service.settings().maxReply());
  }

  // From the caller.

  @Override
  public void item(Payload item, boolean last) {
    if (!asked.compareAndSet(false, true)) {
      return;
    }
    Request request;
    try {
      request = Outgoing.post(service.endpoint().urlOf(call.operation()), call, item);
    } catch (AgentException mistake) {
      lane.end(mistake);
      return;
    }
    ask(request);
  }

  @Override
  public void complete() {
    if (asked.compareAndSet(false, true)) {
      lane.end(new AgentException(Code.INVALID_ARGUMENT, Outcome.NOT_SENT, "there was no request"));
    }
  }

  @Override
  public void cancel(AgentException reason) {
    boolean unsent =
        sending.compareAndSet(Sending.NOT_YET, Sending.GIVEN_UP)
            || sending.get() == Sending.GIVEN_UP;
    lane.end(
        new AgentException(
            reason.code(),
            unsent ? Outcome.NOT_SENT : Outcome.UNKNOWN,
            String.valueOf(reason.getMessage()),
            reason.details(),
            reason));
    stop();
  }

  private void stop() {
    okhttp3.Call running = current;
    if (running != null) {
      running.cancel();
    }
    Future<?> waiting = pause;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void onReady() {}

  @Override
  public void taken(int count) {
    lane.taken(count);
  }

  // To the service.

  private void ask(Request request) {
    service
        .client()
        .whenComplete(
            (client, failure) -> {
              if (client != null) {
                enqueue(client, request);
              } else {
                lane.end(ServiceFailures.connecting(service.endpoint().endpoint(), failure));
              }
            });
  }

  private void enqueue(OkHttpClient client, Request request) {
    okhttp3.Call made = client.newCall(request.newBuilder().tag(ServiceCall.class, this).build());
    current = made;
    if (lane.isEnded()) {
      return;
    }
    made.enqueue(this);
  }

  /**
   * The connection is there, and nothing sent yet.
   *
   * @throws IOException if the caller does not want it any more
   */
  void sending() throws IOException {
    if (!sending.compareAndSet(Sending.NOT_YET, Sending.BEGUN)
        && sending.get() == Sending.GIVEN_UP) {
      throw new IOException("given up");
    }
  }

  // From the service, on a thread that may block.

  @Override
  public void onFailure(okhttp3.Call request, IOException failure) {
    if (lane.isEnded()) {
      return;
    }
    if (accepted && ++lostPolls <= MOST_LOST_POLLS) {
      pollLater(request.request().url(), null);
    } else if (sending.get() == Sending.BEGUN) {
      lane.end(ServiceFailures.lost(service.endpoint().endpoint(), failure));
    } else {
      lane.end(ServiceFailures.connecting(service.endpoint().endpoint(), failure));
    }
  }

  @Override
  public void onResponse(okhttp3.Call request, Response response) {
    try (response) {
      answer(response);
    } catch (IOException failure) {
      lane.end(ServiceFailures.lost(service.endpoint().endpoint(), failure));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lane.end(
          new AgentException(
              Code.UNAVAILABLE, Outcome.UNKNOWN, "this agent is closed, or is closing"));
    }
  }

  private void answer(Response response) throws IOException, InterruptedException {
    HttpUrl elsewhere = Pauses.location(response);
    int status = response.code();
    if (status == 202 && elsewhere == null && accepted) {
      elsewhere = response.request().url();
    }
    boolean goesOn = status == 202 || accepted && status == 303;
    if (response.isSuccessful() && call.kind() == Call.Kind.ONE_WAY) {
      lane.end(null);
    } else if (goesOn && elsewhere != null) {
      follow(response, elsewhere);
    } else if (response.isSuccessful()) {
      reader.read(response);
    } else if (accepted && Pauses.isPassing(status) && ++lostPolls <= MOST_LOST_POLLS) {
      pollLater(response.request().url(), response);
    } else {
      lane.end(ServiceFailures.of(response));
    }
  }

  private void follow(Response response, HttpUrl to) {
    if (!Pauses.isSameOrigin(to, service.endpoint().url())) {
      lane.end(
          new AgentException(
              Code.FAILED_PRECONDITION,
              Outcome.UNKNOWN,
              "the service says to ask for the reply at another host, where metadata may not go"));
      return;
    }
    accepted = true;
    lostPolls = 0;
    if (response.code() == 303) {
      ask(Outgoing.get(to, call));
    } else {
      pollLater(to, response);
    }
  }

  private void pollLater(HttpUrl at, @Nullable Response response) {
    long millis = Pauses.retryAfterMillis(response, nextPause);
    nextPause = Math.min(Pauses.LONGEST_MILLIS, 2 * nextPause);
    try {
      pause =
          service
              .context()
              .timers()
              .schedule(() -> ask(Outgoing.get(at, call)), millis, TimeUnit.MILLISECONDS);
      if (lane.isEnded()) {
        stop();
      }
    } catch (RejectedExecutionException closing) {
      lane.end(
          new AgentException(
              Code.UNAVAILABLE, Outcome.UNKNOWN, "this agent is closed, or is closing"));
    }
  }
}
