package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.spi.GuestCalls.GuestCall;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The agent's side of a guest's call, which may be cancelled before it begins. Thread-safe. */
final class RunningCall {
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Requests requests;
  private @Nullable AgentException cancelled;

  void start(Visitor visitor, GuestCall call, Payload request, Replies replies) {
    Requests begun = visitor.call(call, replies);
    AgentException reason;
    lock.lock();
    try {
      requests = begun;
      reason = cancelled;
    } finally {
      lock.unlock();
    }
    if (reason != null) {
      begun.cancel(reason);
    } else {
      begun.item(request, true);
    }
  }

  void cancel(AgentException reason) {
    Requests begun;
    lock.lock();
    try {
      cancelled = reason;
      begun = requests;
    } finally {
      lock.unlock();
    }
    if (begun != null) {
      begun.cancel(reason);
    }
  }

  /**
   * The client has so many replies more.
   *
   * @param resumes whether there is room for more of them now, and was none before
   */
  void taken(int count, boolean resumes) {
    Requests begun;
    lock.lock();
    try {
      begun = requests;
    } finally {
      lock.unlock();
    }
    if (begun != null && count > 0) {
      begun.taken(count);
      if (resumes) {
        begun.onReady();
      }
    }
  }
}
