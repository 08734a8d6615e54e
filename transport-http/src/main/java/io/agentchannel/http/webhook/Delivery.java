package io.agentchannel.http.webhook;

import io.agentchannel.http.internal.okhttp.RefusedAddressException;
import io.agentchannel.http.internal.okhttp.RetryAfter;
import io.agentchannel.netty.internal.OneLine;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One webhook until it has arrived or is given up. Thread-safe; one attempt after the other. */
final class Delivery implements Callback {
  private static final int GONE = 410;

  private final WebhookSender sender;
  private final String id;
  private final URI url;
  private final String contentType;
  private final byte[] body;
  private final Map<String, String> headers;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile int attempts;
  private volatile @Nullable Call current;
  private volatile @Nullable Future<?> pause;

  Delivery(
      WebhookSender sender,
      String id,
      URI url,
      String contentType,
      byte[] body,
      Map<String, String> headers) {
    this.sender = sender;
    this.id = id;
    this.url = url;
    this.contentType = contentType;
    this.body = body;
    this.headers = Map.copyOf(headers);
  }

  int size() {
    return body.length;
  }

  void attempt() {
    sender
        .client()
        .whenComplete(
            (client, failure) -> {
              if (client != null) {
                request(client);
              } else {
                giveUp("no request can be made: " + OneLine.of(String.valueOf(failure)));
              }
            });
  }

  /** Signed anew: the time is the attempt's. */
  private void request(OkHttpClient client) {
    if (over.get()) {
      return;
    }
    Call made;
    try {
      Request.Builder request =
          new Request.Builder()
              .url(url.toString())
              .header("User-Agent", "agentchannel")
              .post(RequestBody.create(body, MediaType.parse(contentType)));
      headers.forEach(request::header);
      sender.signer().headers(id, Instant.now(), body).forEach(request::header);
      made = client.newCall(request.build());
    } catch (IllegalArgumentException unusable) {
      giveUp("no request can be made of it");
      return;
    }
    attempts++;
    current = made;
    made.enqueue(this);
    if (over.get()) {
      made.cancel();
    }
  }

  @Override
  public void onFailure(Call call, IOException failure) {
    if (failure instanceof RefusedAddressException) {
      giveUp(String.valueOf(failure.getMessage()));
    } else {
      tryAgain(OneLine.of(String.valueOf(failure.getMessage())), -1);
    }
  }

  @Override
  public void onResponse(Call call, Response response) {
    try (response) {
      if (response.isSuccessful()) {
        if (over.compareAndSet(false, true)) {
          sender.delivered(this);
        }
      } else if (response.code() == GONE) {
        giveUp("the receiver is gone (410)");
      } else {
        tryAgain("the receiver answered " + response.code(), RetryAfter.millis(response, -1));
      }
    }
  }

  private void tryAgain(String why, long askedMillis) {
    if (!sender.schedule().hasNext(attempts)) {
      giveUp(why);
      return;
    }
    try {
      pause =
          sender
              .context()
              .timers()
              .schedule(
                  this::attempt,
                  sender.schedule().pauseMillis(attempts, askedMillis),
                  TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      giveUp(why);
    }
    if (over.get()) {
      stop();
    }
  }

  /** The first end counts. */
  void giveUp(String why) {
    if (over.compareAndSet(false, true)) {
      stop();
      sender.dead(this, new DeadLetter(id, url, contentType, body, attempts, why));
    }
  }

  private void stop() {
    Future<?> waiting = pause;
    if (waiting != null) {
      waiting.cancel(false);
    }
    Call running = current;
    if (running != null) {
      running.cancel();
    }
  }
}
