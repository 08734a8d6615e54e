package io.agentchannel.core.serve;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Handler;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.core.codec.Codecs;
import io.agentchannel.spi.AgentSpec.Service;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * The end of the server's chain: finds the operation, runs its handler on the executor or in place,
 * and keeps count of what runs.
 *
 * <p>Thread-safe. A call may end before {@link #start} has returned. What it gives to a call's
 * {@link Replies} is serial, whatever threads the handler uses; {@link Requests#onReady} of what it
 * returns may come from any thread.
 */
public final class Dispatcher implements Interceptor.Next {
  private final Services services;
  private final Codecs codecs;
  private final Executor executor;
  private final RunningCalls running;

  /**
   * @param maxPerPeer how many calls of one agent, token or nameless guest may hold a handler here;
   *     one that was cancelled counts until its handler is done
   */
  public Dispatcher(Services services, Codecs codecs, Executor executor, int maxPerPeer) {
    this.services = services;
    this.codecs = codecs;
    this.executor = executor;
    this.running = new RunningCalls(maxPerPeer);
  }

  @Override
  public Requests start(Call call, Replies replies) {
    Service service = services.find(call.operation());
    if (service == null) {
      return refuse(replies, Code.UNIMPLEMENTED, services.missing(call.operation()));
    }
    Call.Kind kind = Call.Kind.of(service.operation());
    if (kind != call.kind()) {
      return refuse(
          replies,
          Code.UNIMPLEMENTED,
          service.operation().name() + " is " + words(kind) + ", not " + words(call.kind()));
    }
    CallState state = new CallState(call, replies, running);
    try {
      running.add(state);
    } catch (AgentException full) {
      replies.end(full);
      return Requests.ended();
    }
    return begin(service, state);
  }

  /** New calls are refused with {@link Code#UNAVAILABLE} from here on; those that run go on. */
  public void stopAccepting() {
    running.stop();
  }

  /**
   * Waits until no handler is at work, apart from those that this thread is running itself. Does
   * not wait on a thread that carries packets, or once it is interrupted (the flag stays set).
   *
   * @return whether none is
   */
  public boolean awaitIdle(Duration most) {
    return running.awaitIdle(most);
  }

  /** Gives up all calls, for this reason. Their handlers may take a while to notice. */
  public void cancelAll(AgentException reason) {
    running.cancelAll(reason);
  }

  /** Gives up those calls of an agent that are not allowed any more. */
  public void cancelOf(AgentId caller, Predicate<String> isAllowed, AgentException reason) {
    running.cancelOf(caller, isAllowed, reason);
  }

  /** How many calls hold a handler, or wait for one. */
  public int running() {
    return running.count();
  }

  private Requests begin(Service service, CallState state) {
    HandlerRun.Setting setting =
        new HandlerRun.Setting(
            service.operation(), codecs, executor, service.options().isDirect(), state);
    Object handler = service.handler();
    if (handler instanceof Handler.Unary<?, ?> unary) {
      return new SingleRequest(state, new UnaryRun(setting, as(unary)));
    }
    if (handler instanceof Handler.Async<?, ?> async) {
      return new SingleRequest(state, new AsyncRun(setting, as(async)));
    }
    if (handler instanceof Handler.OneWay<?> oneWay) {
      return new SingleRequest(state, new OneWayRun(setting, as(oneWay)));
    }
    if (handler instanceof Handler.Stream<?, ?> stream) {
      return new SingleRequest(state, new StreamRun(setting, as(stream)));
    }
    if (handler instanceof Handler.Publisher<?, ?> publisher) {
      return new SingleRequest(state, new PublisherRun(setting, as(publisher)));
    }
    DuplexRun duplex = new DuplexRun(setting, as((Handler.Duplex<?, ?>) handler));
    duplex.begin();
    return duplex;
  }

  /** The builder has matched the handler's types with the operation's. */
  @SuppressWarnings("unchecked")
  private static <T> T as(Object handler) {
    return (T) handler;
  }

  private static Requests refuse(Replies replies, Code code, String why) {
    replies.end(new AgentException(code, Outcome.NOT_SENT, why));
    return Requests.ended();
  }

  private static String words(Call.Kind kind) {
    return switch (kind) {
      case UNARY -> "a unary operation";
      case STREAMING -> "a streaming operation";
      case DUPLEX -> "a duplex operation";
      case ONE_WAY -> "a one-way operation";
    };
  }
}
