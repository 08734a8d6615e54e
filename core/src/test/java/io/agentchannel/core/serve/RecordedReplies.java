package io.agentchannel.core.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A caller that writes down what it gets, and complains about replies that are not serial. */
public final class RecordedReplies implements Replies {
  private static final AgentException WELL =
      new AgentException(Code.INTERNAL, Outcome.UNKNOWN, "none");

  private final Queue<Payload> items = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<AgentException> end = new CompletableFuture<>();
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicInteger overlaps = new AtomicInteger();
  private final AtomicInteger afterEnd = new AtomicInteger();
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger requestsReady = new AtomicInteger();
  private volatile boolean accepted;
  private volatile boolean endedByItem;

  /** How many more items there is room for. */
  private final AtomicInteger room = new AtomicInteger(Integer.MAX_VALUE / 2);

  private volatile @Nullable Requests requests;

  /** Room for so many items from the start. */
  public static RecordedReplies withRoom(int items) {
    RecordedReplies replies = new RecordedReplies();
    replies.room.set(items);
    return replies;
  }

  /** Knows where to say that there is room again. */
  public Requests to(Requests requests) {
    this.requests = requests;
    return requests;
  }

  public void giveRoom(int items) {
    room.addAndGet(items);
    Requests to = requests;
    if (to != null) {
      to.onReady();
    }
  }

  @Override
  public void accepted() {
    serially(() -> accepted = true);
  }

  @Override
  public void item(Payload item, boolean last) {
    serially(
        () -> {
          items.add(item);
          room.decrementAndGet();
          if (last) {
            endedByItem = true;
            end.complete(WELL);
          }
        });
  }

  @Override
  public void end(@Nullable AgentException failure) {
    serially(() -> end.complete(failure == null ? WELL : failure));
  }

  @Override
  public boolean isReady() {
    return room.get() > 0;
  }

  @Override
  public void onReady() {
    requestsReady.incrementAndGet();
  }

  @Override
  public void taken(int count) {
    taken.addAndGet(count);
  }

  public List<String> texts() {
    return items.stream().map(Payload::utf8).toList();
  }

  public List<Payload> items() {
    return List.copyOf(items);
  }

  public boolean isAccepted() {
    return accepted;
  }

  public boolean isEnded() {
    return end.isDone();
  }

  public boolean isEndedByItem() {
    return endedByItem;
  }

  public int taken() {
    return taken.get();
  }

  public int requestsReady() {
    return requestsReady.get();
  }

  /** Waits for so many items. */
  public List<String> awaitTexts(int count) {
    Awaitility.await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> items.size() >= count);
    return texts();
  }

  /** Waits for an end in order. */
  public RecordedReplies awaitEnd() {
    assertThat(awaitAnyEnd()).isSameAs(WELL);
    return this;
  }

  /** Waits for a failure. */
  public AgentException awaitFailure() {
    AgentException failure = awaitAnyEnd();
    assertThat(failure).isNotSameAs(WELL);
    return failure;
  }

  public void assertClean() {
    assertThat(overlaps).hasValue(0);
    assertThat(afterEnd).hasValue(0);
  }

  AgentException awaitAnyEnd() {
    try {
      AgentException ended = end.get(10, TimeUnit.SECONDS);
      assertClean();
      return ended;
    } catch (Exception e) {
      throw new AssertionError("the call did not end; it got " + texts(), e);
    }
  }

  private void serially(Runnable step) {
    if (!busy.compareAndSet(false, true)) {
      overlaps.incrementAndGet();
    }
    if (end.isDone()) {
      afterEnd.incrementAndGet();
    }
    step.run();
    busy.set(false);
  }
}
