package io.agentchannel.core.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.DirectSection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of a guest's, from its start to its end. What the transport says runs as a {@link
 * DirectSection}: it comes on the thread that reads from the network.
 */
final class GuestRun implements Requests {
  private final AdmittedGuest guest;
  private final Back back;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile @Nullable Requests chain;
  private volatile @Nullable AgentException cancelled;

  GuestRun(AdmittedGuest guest, Replies replies) {
    this.guest = guest;
    this.back = new Back(replies);
  }

  void start(Interceptor.Next first, Call call) {
    DirectSection.enter();
    try {
      chain = first.start(call, back);
    } finally {
      DirectSection.exit();
    }
    AgentException reason = cancelled;
    if (reason != null) {
      cancel(reason);
    }
  }

  Requests refuse(Code code, String why) {
    back.end(new AgentException(code, Outcome.NOT_SENT, why));
    return this;
  }

  @Override
  public void item(Payload item, boolean last) {
    direct(requests -> requests.item(item, last));
  }

  @Override
  public void complete() {
    direct(Requests::complete);
  }

  @Override
  public void cancel(AgentException reason) {
    cancelled = reason;
    Requests requests = chain;
    if (requests != null) {
      requests.cancel(reason);
    }
  }

  @Override
  public boolean isReady() {
    Requests requests = chain;
    return requests == null || requests.isReady();
  }

  @Override
  public void onReady() {
    direct(Requests::onReady);
  }

  @Override
  public void taken(int count) {
    direct(requests -> requests.taken(count));
  }

  private void direct(Consumer<Requests> step) {
    Requests requests = chain;
    if (requests == null) {
      return;
    }
    DirectSection.enter();
    try {
      step.accept(requests);
    } finally {
      DirectSection.exit();
    }
  }

  /** The way back to the transport; gives the call's place back first, so that it can be reused. */
  private final class Back implements Replies {
    private final Replies transport;

    Back(Replies transport) {
      this.transport = transport;
    }

    @Override
    public void accepted() {
      transport.accepted();
    }

    @Override
    public void item(Payload item, boolean last) {
      if (last) {
        leave();
      }
      transport.item(item, last);
    }

    @Override
    public void end(@Nullable AgentException failure) {
      leave();
      transport.end(failure);
    }

    @Override
    public boolean isReady() {
      return transport.isReady();
    }

    @Override
    public void onReady() {
      transport.onReady();
    }

    @Override
    public void taken(int count) {
      transport.taken(count);
    }

    private void leave() {
      if (over.compareAndSet(false, true)) {
        guest.ended(GuestRun.this);
      }
    }
  }
}
