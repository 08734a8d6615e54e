package io.agentchannel.http.internal.client;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request after the other, each repeated until it is answered: over the connection there is, or
 * a new one when that was lost or answered that it cannot serve us now. For requests that may be
 * repeated. All of it belongs to one event loop.
 */
public final class Lane implements Connection.User {
  /** Other servers behind the same address may know what this one does not. */
  private static final int MOST_MISDIRECTED = 64;

  private static final long FIRST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 500;

  /** What wants to be known of a request. */
  public interface Asker {

    /** The request, made anew for each time that it is sent. */
    FullHttpRequest request();

    /** The answer: any but those that the lane understands itself. */
    void onAnswer(Answer answer);

    /** The lane gives up. */
    void onFailure(Throwable why);

    /** Sent, and cut without an answer after so long. */
    default void onCut(long nanos) {}
  }

  private final EventLoop loop;
  private final Dialler dialler;
  private final long patience;
  private final Runnable onMisdirected;
  private @Nullable Connection connection;
  private @Nullable Asker asker;
  private @Nullable ScheduledFuture<?> watch;
  private long limit;
  private long askedAt;
  private boolean sent;
  private @Nullable CompletableFuture<Connection> dialling;
  private int failures;
  private long failingSince;
  private int misdirected;
  private boolean closed;

  /**
   * @param patience nanoseconds after which a request that only fails is given up
   * @param onMisdirected a server answered that another one is meant (421)
   */
  public Lane(EventLoop loop, Dialler dialler, long patience, Runnable onMisdirected) {
    this.loop = loop;
    this.dialler = dialler;
    this.patience = patience;
    this.onMisdirected = onMisdirected;
  }

  /** A connection that is there already. */
  public void use(Connection made) {
    connection = made;
    made.use(this);
  }

  public boolean isFree() {
    return asker == null && !closed;
  }

  /**
   * @param limitNanos how long an answer may take until the connection counts as lost
   */
  public void ask(Asker next, long limitNanos) {
    asker = next;
    limit = limitNanos;
    failures = 0;
    misdirected = 0;
    send();
  }

  private void send() {
    Asker current = asker;
    if (current == null || closed) {
      return;
    }
    Connection open = connection;
    if (open == null || !open.isOpen()) {
      connection = null;
      dial();
      return;
    }
    sent = true;
    askedAt = System.nanoTime();
    if (watch == null) {
      watchIn(limit);
    }
    open.ask(current.request());
  }

  private void dial() {
    if (dialling != null) {
      return;
    }
    CompletableFuture<Connection> attempt = dialler.dial();
    dialling = attempt;
    attempt.whenComplete(
        (made, failure) -> {
          dialling = null;
          if (made == null) {
            onFailure(
                failure instanceof CompletionException && failure.getCause() != null
                    ? failure.getCause()
                    : failure);
          } else if (closed) {
            made.close();
          } else {
            use(made);
            send();
          }
        });
  }

  private void watchIn(long nanos) {
    watch = loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
  }

  private void check() {
    watch = null;
    Connection open = connection;
    if (asker == null || !sent || open == null) {
      return;
    }
    long left = limit - (System.nanoTime() - askedAt);
    if (left > 0) {
      watchIn(left);
    } else {
      open.close();
    }
  }

  @Override
  public void onAnswer(Connection from, Answer answer) {
    Asker current = asker;
    if (from != connection || current == null || !sent) {
      return;
    }
    sent = false;
    switch (answer.status()) {
      case 421 -> {
        onMisdirected.run();
        drop();
        if (++misdirected < MOST_MISDIRECTED) {
          send();
        } else {
          giveUp(new IOException("no affinity: only other replicas answer"));
        }
      }
      case 429, 502, 503, 504 ->
          onFailure(new IOException("HTTP " + answer.status()), pauseOf(answer));
      default -> {
        asker = null;
        failures = 0;
        current.onAnswer(answer);
      }
    }
  }

  /** Seconds only: a date would need both clocks to agree (RFC 9110, section 10.2.3). */
  private static long pauseOf(Answer answer) {
    String value = answer.headers().get(HttpHeaderNames.RETRY_AFTER);
    try {
      return value == null ? 0 : TimeUnit.SECONDS.toMillis(Math.min(3600, Long.parseLong(value)));
    } catch (NumberFormatException date) {
      return 0;
    }
  }

  @Override
  public void onEnd(Connection from, Throwable why) {
    if (from != connection) {
      return;
    }
    connection = null;
    Asker current = asker;
    if (current != null && sent) {
      sent = false;
      current.onCut(System.nanoTime() - askedAt);
      onFailure(why);
    }
  }

  private void onFailure(@Nullable Throwable why) {
    onFailure(why, 0);
  }

  private void onFailure(@Nullable Throwable why, long leastMillis) {
    if (asker == null || closed) {
      return;
    }
    long now = System.nanoTime();
    if (failures++ == 0) {
      failingSince = now;
    }
    long pause = leastMillis;
    if (failures > 1) {
      long most = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures - 2, 10));
      pause = Math.max(pause, ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }
    boolean hopeless = why instanceof AgentException known && known.code() != Code.UNAVAILABLE;
    if (hopeless || now - failingSince + TimeUnit.MILLISECONDS.toNanos(pause) > patience) {
      giveUp(why == null ? new IOException("no connection") : why);
    } else if (pause == 0) {
      send();
    } else {
      loop.schedule(this::send, pause, TimeUnit.MILLISECONDS);
    }
  }

  private void giveUp(Throwable why) {
    Asker current = asker;
    asker = null;
    if (current != null) {
      current.onFailure(why);
    }
  }

  private void drop() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }

  /** Nothing is asked and nothing is heard any more. */
  public void close() {
    closed = true;
    asker = null;
    drop();
    if (dialling != null) {
      dialling.cancel(true);
    }
    if (watch != null) {
      watch.cancel(false);
    }
  }

  /** The request as it stands, for those that need no state. */
  public static Asker asking(Supplier<FullHttpRequest> request, Runnable onDone) {
    return new Asker() {
      @Override
      public FullHttpRequest request() {
        return request.get();
      }

      @Override
      public void onAnswer(Answer answer) {
        onDone.run();
      }

      @Override
      public void onFailure(Throwable why) {
        onDone.run();
      }
    };
  }
}
