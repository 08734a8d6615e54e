package io.agentchannel.cli;

import io.agentchannel.Call;
import io.agentchannel.Interceptor;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.util.concurrent.CountDownLatch;

/** Waits for subscribers: it sees each subscription pass and when it is accepted. Thread-safe. */
final class Subscribers implements Interceptor {
  private static final String SUBSCRIBE = "agentchannel.subscribe";

  private final CountDownLatch missing;

  Subscribers(int wanted) {
    this.missing = new CountDownLatch(wanted);
  }

  /** Returns when so many have subscribed; those who have left again count too. */
  void await() throws InterruptedException {
    missing.await();
  }

  @Override
  public Requests intercept(Call call, Replies replies, Next next) {
    return next.start(call, call.operation().equals(SUBSCRIBE) ? new Counted(replies) : replies);
  }

  private final class Counted extends ForwardingReplies {
    private boolean counted;

    Counted(Replies replies) {
      super(replies);
    }

    @Override
    public void accepted() {
      super.accepted();
      if (!counted) {
        counted = true;
        missing.countDown();
      }
    }
  }
}
