package io.agentchannel.core.route;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.RouteReport;
import io.agentchannel.core.DirectSection;
import io.agentchannel.core.codec.Codecs;
import io.agentchannel.core.config.Settings;
import io.agentchannel.core.serve.Services;
import io.agentchannel.spi.PlainService;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A service with no agent behind it: each attempt at a call is the transport's to make. What is
 * known of the way there is what became of the last calls. Thread-safe.
 */
public final class ServiceTarget implements Destination {
  /** What became of the calls so far. */
  private record Health(RouteReport.State state, int failures, @Nullable String lastError) {}

  private final String text;
  private final URI endpoint;
  private final PlainService service;
  private final Codecs codecs;
  private final Settings.Events events;
  private final Set<Attempt> awaited = ConcurrentHashMap.newKeySet();
  private volatile Health health = new Health(RouteReport.State.UNTRIED, 0, null);

  /**
   * @param text what the channel was opened with
   * @param events how far a subscriber may be behind
   */
  public ServiceTarget(
      String text, URI endpoint, PlainService service, Codecs codecs, Settings.Events events) {
    this.text = text;
    this.endpoint = endpoint;
    this.service = service;
    this.codecs = codecs;
    this.events = events;
  }

  @Override
  public Requests start(Call call, Replies replies) {
    Attempt attempt = new Attempt(replies);
    if (Services.isSubscription(call)) {
      return new ServiceSubscription(service, call, attempt, codecs, events);
    }
    if (Services.isBuiltIn(call.operation())) {
      replies.end(
          new AgentException(
              Code.UNIMPLEMENTED,
              Outcome.NOT_SENT,
              text + " is a plain service: it has no description"));
      return Requests.ended();
    }
    if (call.kind() == Call.Kind.UNARY || call.kind() == Call.Kind.ONE_WAY) {
      attempt.await();
    }
    return service.start(call, attempt);
  }

  @Override
  public RouteReport explain() {
    Health now = health;
    String reason =
        switch (now.state()) {
          case UNTRIED -> "no call has needed it yet";
          case CONNECTING, FAILED -> "the last call did not reach it";
          case CONNECTED -> "a plain service, with no agent behind it";
        };
    RouteReport.Route route =
        new RouteReport.Route(
            endpoint.toString(),
            now.state(),
            now.state() == RouteReport.State.CONNECTED,
            null,
            now.failures(),
            now.lastError(),
            reason);
    return new RouteReport(text, null, List.of(route));
  }

  @Override
  public int awaitedReplies() {
    return awaited.size();
  }

  @Override
  public CompletableFuture<Void> close() {
    service.close();
    return CompletableFuture.completedFuture(null);
  }

  private void answered() {
    if (health.state() != RouteReport.State.CONNECTED) {
      health = new Health(RouteReport.State.CONNECTED, 0, null);
    }
  }

  private synchronized void failed(AgentException failure) {
    health = new Health(RouteReport.State.FAILED, health.failures() + 1, failure.getMessage());
  }

  /** The replies come on a thread that reads from the network. */
  private final class Attempt implements Replies {
    private final Replies replies;

    Attempt(Replies replies) {
      this.replies = replies;
    }

    void await() {
      awaited.add(this);
    }

    @Override
    public void accepted() {
      answered();
      direct(replies::accepted);
    }

    @Override
    public void item(Payload item, boolean last) {
      answered();
      if (last) {
        over();
      }
      direct(() -> replies.item(item, last));
    }

    @Override
    public void end(@Nullable AgentException failure) {
      if (failure != null && failure.code() == Code.UNAVAILABLE) {
        failed(failure);
      } else if (failure == null) {
        answered();
      }
      over();
      direct(() -> replies.end(failure));
    }

    private void over() {
      awaited.remove(this);
    }

    private void direct(Runnable step) {
      DirectSection.enter();
      try {
        step.run();
      } finally {
        DirectSection.exit();
      }
    }

    @Override
    public boolean isReady() {
      return replies.isReady();
    }

    @Override
    public void onReady() {
      direct(replies::onReady);
    }

    @Override
    public void taken(int count) {
      replies.taken(count);
    }
  }
}
