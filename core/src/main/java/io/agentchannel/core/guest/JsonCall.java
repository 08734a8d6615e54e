package io.agentchannel.core.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One exchange of a JSON client's: numbers its replies, keeps to the credit that the client gave if
 * it gave any, and holds the client to its own.
 *
 * <p>What the client says comes serially, on the link's executor; replies come serially from the
 * chain, on any thread.
 */
final class JsonCall implements Replies {
  private static final long NO_LIMIT = -1;

  private final JsonConversation conversation;
  private final TextOutbox outbox;
  private final String name;
  private final int maxText;
  private final long window;

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Reply> held = new ArrayDeque<>();
  private long credit = NO_LIMIT;
  private long sent;
  private long seq;
  private boolean over;

  private final ArrayDeque<Long> untaken = new ArrayDeque<>();
  private long untakenBytes;
  private long takenBytes;
  private long announced;
  private boolean requestsComplete;

  private @Nullable AgentException broken;
  private volatile @Nullable Requests requests;

  JsonCall(
      JsonConversation conversation, TextOutbox outbox, String name, int maxText, long window) {
    this.conversation = conversation;
    this.outbox = outbox;
    this.name = name;
    this.maxText = maxText;
    this.window = window;
    this.announced = window;
  }

  String name() {
    return name;
  }

  // What the client says.

  void begin(Requests chain) {
    requests = chain;
    cancelIfBroken();
  }

  void request(Payload item, boolean last) {
    long cost = item.size() + (long) Envelope.COST;
    boolean tooMuch;
    lock.lock();
    try {
      if (requestsComplete) {
        return;
      }
      requestsComplete = last;
      // One message alone may be larger than the window, as on every other link.
      tooMuch = !untaken.isEmpty() && untakenBytes + cost > window;
      untaken.add(cost);
      untakenBytes += cost;
    } finally {
      lock.unlock();
    }
    if (tooMuch) {
      cancel(
          new AgentException(
              Code.RESOURCE_EXHAUSTED,
              Outcome.UNKNOWN,
              "more than " + window + " bytes were sent ahead of the handler"));
    } else {
      chain().item(item, last);
    }
  }

  void completeRequests() {
    lock.lock();
    try {
      if (requestsComplete) {
        return;
      }
      requestsComplete = true;
    } finally {
      lock.unlock();
    }
    chain().complete();
  }

  void cancel(AgentException reason) {
    lock.lock();
    try {
      held.clear();
      // What the handler says meanwhile goes out without credit, so that its end does.
      credit = NO_LIMIT;
    } finally {
      lock.unlock();
    }
    chain().cancel(reason);
  }

  /** The client takes this much altogether; less than before changes nothing. */
  void credit(long bytes) {
    lock.lock();
    try {
      credit = Math.max(credit, bytes);
      release();
    } finally {
      lock.unlock();
    }
    outbox.flush();
    cancelIfBroken();
    tellReady();
  }

  void tellReady() {
    Requests chain = requests;
    if (chain != null && isReady()) {
      chain.onReady();
    }
  }

  // What the chain says.

  @Override
  public void item(Payload item, boolean last) {
    add(new Reply(item, last, null));
  }

  @Override
  public void end(@Nullable AgentException failure) {
    add(new Reply(null, true, Status.of(failure)));
  }

  @Override
  public boolean isReady() {
    lock.lock();
    try {
      if (!held.isEmpty() || credit != NO_LIMIT && sent + Envelope.COST > credit) {
        return false;
      }
    } finally {
      lock.unlock();
    }
    return outbox.isReady();
  }

  /** The client is told by credit, which names bytes. */
  @Override
  public void onReady() {}

  @Override
  public void taken(int count) {
    String grant = null;
    lock.lock();
    try {
      for (int i = 0; i < count && !untaken.isEmpty(); i++) {
        long cost = untaken.remove();
        untakenBytes -= cost;
        takenBytes += cost;
      }
      if (!requestsComplete && !over && takenBytes + window - announced >= window / 2) {
        announced = takenBytes + window;
        grant = JsonTexts.credit(name, announced);
      }
    } finally {
      lock.unlock();
    }
    if (grant != null) {
      outbox.add(grant);
    }
  }

  private void add(Reply reply) {
    lock.lock();
    try {
      held.add(reply);
      release();
    } finally {
      lock.unlock();
    }
    outbox.flush();
    cancelIfBroken();
  }

  /** Sends what the credit allows; under the lock, which keeps the order. */
  private void release() {
    Reply next;
    while (!over && (next = held.peek()) != null) {
      if (credit != NO_LIMIT && next.cost() > 0 && sent + next.cost() > credit) {
        return;
      }
      held.remove();
      sent += next.cost();
      send(next);
    }
  }

  private void send(Reply reply) {
    byte[] text = reply.text(name, ++seq).getBytes(StandardCharsets.UTF_8);
    boolean fits = text.length <= maxText;
    if (reply.isEnd || !fits) {
      over = true;
      held.clear();
      // Before the client can see the end and use the name again.
      conversation.ended(this);
    }
    if (fits) {
      outbox.put(text, reply.item == null ? null : requests);
      return;
    }
    AgentException tooLarge =
        new AgentException(
            Code.RESOURCE_EXHAUSTED,
            reply.isEnd ? Outcome.PROCESSED : Outcome.UNKNOWN,
            "a reply of " + text.length + " bytes is more than this connection carries at once");
    String end = JsonTexts.end(name, seq, Status.of(tooLarge));
    outbox.put(end.getBytes(StandardCharsets.UTF_8), null);
    broken = tooLarge;
  }

  /** The handler's side has more to say, which nobody will get. */
  private void cancelIfBroken() {
    AgentException why;
    Requests chain = requests;
    lock.lock();
    try {
      why = broken;
    } finally {
      lock.unlock();
    }
    if (why != null && chain != null) {
      chain.cancel(why);
    }
  }

  private Requests chain() {
    Requests chain = requests;
    if (chain == null) {
      throw new IllegalStateException("not begun");
    }
    return chain;
  }

  /** One reply, or the end in its place. */
  private record Reply(@Nullable Payload item, boolean isEnd, @Nullable Status status) {
    long cost() {
      return item == null ? 0 : item.size() + (long) Envelope.COST;
    }

    String text(String name, long seq) {
      return item != null
          ? JsonTexts.item(name, seq, item, isEnd)
          : JsonTexts.end(name, seq, status == null ? Status.OK : status);
    }
  }
}
