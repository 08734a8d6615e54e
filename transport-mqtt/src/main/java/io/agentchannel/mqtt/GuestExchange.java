package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One call of a plain client's, and the way back to it: each reply is a message to its Response
 * Topic with its Correlation Data and the user properties {@code seq} (from 1), {@code status} and,
 * with the last one, {@code last: true}.
 *
 * <p>A client that has gone is noticed at QoS 1, where the broker says that nobody listens.
 */
final class GuestExchange implements Replies {
  static final String STATUS = "status";
  static final String STATUS_MESSAGE = "status-message";
  static final String OUTCOME = "outcome";
  static final String SEQ = "seq";
  static final String LAST = "last";

  /** Replies on the way to the broker. */
  private static final int WINDOW = 16;

  private static final AgentException GONE =
      new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "nobody listens at the Response Topic");

  /** Who is told what becomes of a call. */
  interface Desk {
    /** It is over; told once. */
    void onEnd(GuestExchange over);

    /** The broker does not let this agent publish at the Response Topic. On the event loop. */
    void onForbidden(String replyTopic);
  }

  private final Session session;
  private final @Nullable String replyTopic;
  private final @Nullable ByteBuffer correlation;
  private final MqttQos qos;
  private final Desk desk;
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger onTheWay = new AtomicInteger();
  private final AtomicBoolean wantsReady = new AtomicBoolean();
  private volatile @Nullable Requests requests;
  private volatile @Nullable AgentException cancelled;
  private long seq;

  /**
   * @param replyTopic null if the client wants no replies
   */
  GuestExchange(
      Session session,
      @Nullable String replyTopic,
      @Nullable ByteBuffer correlation,
      MqttQos qos,
      Desk desk) {
    this.session = session;
    this.replyTopic = replyTopic;
    this.correlation = correlation;
    this.qos = qos;
    this.desk = desk;
  }

  /** The call has begun, and may even have ended. */
  void begun(Requests made) {
    requests = made;
    AgentException reason = cancelled;
    if (reason != null) {
      made.cancel(reason);
    }
  }

  /** From any thread. */
  void cancel(AgentException reason) {
    cancelled = reason;
    Requests made = requests;
    if (made != null) {
      made.cancel(reason);
    }
  }

  // From the handler's side, serially.

  @Override
  public void item(Payload item, boolean last) {
    if (over.get()) {
      return;
    }
    seq++;
    Mqtt5PublishBuilder.Complete reply = reply(last);
    if (reply != null) {
      onTheWay.incrementAndGet();
      session.publish(
          properties(reply, "OK", null, last)
              .contentType(item.contentType())
              .payload(item.body())
              .build(),
          item.size(),
          this::onSent);
    } else if (!last) {
      // Nobody waits for a stream that has nowhere to go.
      cancel(GONE);
    }
    if (last) {
      over();
    }
  }

  @Override
  public void end(@Nullable AgentException failure) {
    if (over.get()) {
      return;
    }
    seq++;
    Mqtt5PublishBuilder.Complete reply = reply(/* last= */ true);
    if (reply != null) {
      String status = failure == null ? "OK" : failure.code().name();
      session.publish(
          properties(reply, status, failure, /* last= */ true).build(),
          0,
          (broken, unheard) -> tellIfForbidden(broken));
    }
    over();
  }

  private void over() {
    if (over.compareAndSet(false, true)) {
      desk.onEnd(this);
    }
  }

  private Mqtt5PublishBuilder.@Nullable Complete reply(boolean last) {
    if (replyTopic == null) {
      return null;
    }
    return Mqtt5Publish.builder().topic(replyTopic).qos(qos).correlationData(correlation);
  }

  private Mqtt5PublishBuilder.Complete properties(
      Mqtt5PublishBuilder.Complete reply,
      String status,
      @Nullable AgentException failure,
      boolean last) {
    var properties = reply.userProperties().add(STATUS, status).add(SEQ, String.valueOf(seq));
    if (failure != null) {
      properties =
          properties
              .add(STATUS_MESSAGE, Texts.forProperty(String.valueOf(failure.getMessage())))
              .add(OUTCOME, failure.outcome().name());
    }
    if (last) {
      properties = properties.add(LAST, "true");
    }
    return properties.applyUserProperties();
  }

  @Override
  public boolean isReady() {
    if (hasRoom()) {
      return true;
    }
    wantsReady.set(true);
    return hasRoom();
  }

  private boolean hasRoom() {
    return onTheWay.get() < WINDOW;
  }

  @Override
  public void onReady() {
    // A request is one message, and has been sent.
  }

  @Override
  public void taken(int count) {
    // The same.
  }

  /** On the event loop. */
  private void onSent(@Nullable Throwable failure, boolean unheard) {
    onTheWay.decrementAndGet();
    tellIfForbidden(failure);
    Requests made = requests;
    if (made == null) {
      return;
    }
    made.taken(1);
    if (failure != null) {
      made.cancel(session.publishProblem(failure));
    } else if (unheard) {
      made.cancel(GONE);
    } else if (hasRoom() && wantsReady.getAndSet(false)) {
      made.onReady();
    }
  }

  private void tellIfForbidden(@Nullable Throwable failure) {
    if (replyTopic != null && failure != null && Problems.isForbidden(failure)) {
      desk.onForbidden(replyTopic);
    }
  }
}
