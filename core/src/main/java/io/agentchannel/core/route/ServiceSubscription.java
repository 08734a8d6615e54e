package io.agentchannel.core.route;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.codec.Codecs;
import io.agentchannel.core.config.Settings;
import io.agentchannel.core.serve.EventBuffer;
import io.agentchannel.core.serve.Events;
import io.agentchannel.core.serve.Services;
import io.agentchannel.spi.PlainService;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to a topic of a plain service. Events wait here for a subscriber that is slower,
 * bounded as those of an agent's own topics are: whoever reads them from a network never waits.
 */
final class ServiceSubscription implements Requests {
  /** Events that the subscriber has and has not taken yet. */
  private static final int WINDOW = 16;

  private final PlainService service;
  private final Call call;
  private final Replies replies;
  private final Codecs codecs;
  private final EventBuffer buffer;
  private boolean asked;
  private volatile @Nullable Requests source;
  private volatile @Nullable AgentException cancelled;

  /** Why the service has ended it, behind the events that came before. */
  private volatile @Nullable AgentException failure;

  private volatile boolean over;

  ServiceSubscription(
      PlainService service, Call call, Replies replies, Codecs codecs, Settings.Events bounds) {
    this.service = service;
    this.call = call;
    this.replies = replies;
    this.codecs = codecs;
    this.buffer =
        new EventBuffer(new ToSubscriber(), bounds.buffer(), bounds.overflow(), ended -> {});
    buffer.request(WINDOW);
  }

  // From the subscriber.

  @Override
  public void item(Payload request, boolean last) {
    if (asked || cancelled != null) {
      return;
    }
    asked = true;
    Requests made;
    try {
      made = service.subscribe(topic(request), call, new FromService());
    } catch (AgentException unreadable) {
      buffer.fail(unreadable);
      return;
    }
    source = made;
    AgentException reason = cancelled;
    if (reason != null) {
      made.cancel(reason);
    }
  }

  private String topic(Payload request) {
    Object wanted = codecs.decode(request, Services.Subscribe.class);
    if (wanted instanceof Services.Subscribe subscribe) {
      return subscribe.topic();
    }
    throw new AgentException(
        Code.INVALID_ARGUMENT, Outcome.NOT_SENT, "null is no topic to subscribe to");
  }

  @Override
  public void complete() {
    // The request is its only message.
  }

  /** The end comes from the service where there is one, so that it is in line with the events. */
  @Override
  public void cancel(AgentException reason) {
    cancelled = reason;
    Requests made = source;
    if (made == null || over) {
      buffer.fail(reason);
    } else {
      made.cancel(reason);
    }
  }

  @Override
  public boolean isReady() {
    return !asked;
  }

  @Override
  public void onReady() {
    // What comes is asked for by what was taken.
  }

  @Override
  public void taken(int count) {
    buffer.request(count);
  }

  private final class FromService implements Replies {
    @Override
    public void accepted() {
      replies.accepted();
    }

    @Override
    public void item(Payload item, boolean last) {
      // What was lost on the way to the subscriber is for this side alone to say.
      buffer.offer(
          item.contentType().equals(Events.DROPPED) ? Payload.of(Payload.JSON, item.body()) : item);
      if (last) {
        end(null);
      }
    }

    @Override
    public void end(@Nullable AgentException why) {
      failure = why;
      over = true;
      AgentException reason = cancelled;
      if (reason == null) {
        buffer.complete();
      } else {
        buffer.fail(why == null ? reason : why);
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

  /** One at a time: that is the buffer's doing. */
  private final class ToSubscriber implements Flow.Subscriber<Payload> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      // The buffer is the subscription.
    }

    @Override
    public void onNext(Payload event) {
      replies.item(event, /* last= */ false);
    }

    @Override
    public void onComplete() {
      replies.end(failure);
    }

    /** It was cancelled, or the subscriber is too far behind. */
    @Override
    public void onError(Throwable why) {
      AgentException reason = (AgentException) why;
      replies.end(reason);
      cancelled = reason;
      Requests made = source;
      if (made != null) {
        made.cancel(reason);
      }
    }
  }
}
