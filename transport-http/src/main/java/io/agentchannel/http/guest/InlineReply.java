package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.http.internal.server.Responder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reply that is the response. Lines and events flow as the client reads; what goes out in one
 * piece is collected first, so that its status is the truth.
 */
final class InlineReply implements Replies {
  private final CallRequest asked;
  private final Responder responder;
  private final int most;
  private final List<Payload> items = new ArrayList<>();
  private long bytes;
  private long seq;
  private boolean isStream;
  private boolean over;
  private volatile @Nullable PartQueue parts;
  private volatile @Nullable Requests requests;
  private volatile @Nullable AgentException tooLong;

  InlineReply(CallRequest asked, Responder responder, int most) {
    this.asked = asked;
    this.responder = responder;
    this.most = most;
  }

  void begin(Visitor visitor, Payload request) {
    Requests call = visitor.call(asked.call(), this);
    requests = call;
    responder.onGone(() -> call.cancel(Visitor.GONE));
    call.item(request, true);
    AgentException reason = tooLong;
    if (reason != null) {
      call.cancel(reason);
    }
  }

  @Override
  public void accepted() {
    isStream = true;
    if (asked.format() != Format.WHOLE) {
      parts();
    }
  }

  @Override
  public void item(Payload item, boolean last) {
    if (over) {
      return;
    }
    over = last;
    isStream |= !last;
    seq++;
    if (asked.format() == Format.WHOLE) {
      collect(item, last);
      return;
    }
    PartQueue to = parts();
    to.add(asked.format().item(seq, item));
    if (last) {
      to.end();
    }
    Requests call = requests;
    if (call != null) {
      call.taken(1);
    }
  }

  @Override
  public void end(@Nullable AgentException failure) {
    if (over) {
      return;
    }
    over = true;
    PartQueue begun = parts;
    if (begun == null) {
      responder.send(new Collected(isStream, items, failure).response(asked));
    } else if (failure == null) {
      begun.end();
    } else {
      begun.add(asked.format().failure(failure));
      if (asked.format() == Format.EVENTS) {
        begun.end();
      } else {
        // A line could be anyone's; that the response is cut short cannot be mistaken.
        begun.cut();
      }
    }
  }

  private void collect(Payload item, boolean last) {
    items.add(item);
    bytes += item.size();
    if (last) {
      responder.send(new Collected(isStream, items, null).response(asked));
    } else if (bytes > most) {
      over = true;
      items.clear();
      AgentException failure =
          new AgentException(
              Code.RESOURCE_EXHAUSTED,
              Outcome.UNKNOWN,
              "the replies are too much for one piece; accept "
                  + Format.LINES.contentType()
                  + " or "
                  + Format.EVENTS.contentType());
      responder.send(Failures.response(failure));
      tooLong = failure;
      Requests call = requests;
      if (call != null) {
        call.cancel(failure);
      }
    }
  }

  /** The response begins with the acceptance, or with the first item. */
  private PartQueue parts() {
    PartQueue begun = parts;
    if (begun == null) {
      begun = new PartQueue(responder, asked.format().contentType(), this::writable);
      parts = begun;
    }
    return begun;
  }

  private void writable() {
    Requests call = requests;
    if (call != null) {
      call.onReady();
    }
  }

  @Override
  public boolean isReady() {
    PartQueue begun = parts;
    return begun == null || begun.isReady();
  }

  /** A client that has sent its one request has nothing more to send. */
  @Override
  public void onReady() {}

  @Override
  public void taken(int count) {}
}
