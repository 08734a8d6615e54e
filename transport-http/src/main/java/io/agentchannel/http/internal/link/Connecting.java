package io.agentchannel.http.internal.link;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.http.internal.Settings;
import io.agentchannel.http.internal.client.Answer;
import io.agentchannel.http.internal.client.Connection;
import io.agentchannel.http.internal.client.Dialler;
import io.agentchannel.netty.internal.Addresses;
import io.agentchannel.netty.internal.Channels;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.Network;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.netty.internal.Problems;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to make a link: two connections at once, so that a server that stops listening a
 * moment later does not matter; then the request that makes the link.
 */
final class Connecting {
  private static final int MOST_ATTEMPTS = 3;

  private final Endpoint endpoint;
  private final Settings settings;
  private final Network network;
  private final LiveLinks live;
  private final @Nullable CallbackPorts callbackPorts;
  private final TransportContext context;
  private final TlsPeers peers;
  private final EventLoop loop;
  private final Pacing pacing;
  private final Dialler dialler;
  private final CompletableFuture<Link> result = new CompletableFuture<>();
  private int attempts;

  /**
   * @param callbackPorts for a link over webhooks; null for one that polls
   */
  Connecting(
      Endpoint endpoint,
      Settings settings,
      Network network,
      Channels channels,
      LiveLinks live,
      @Nullable CallbackPorts callbackPorts,
      TransportContext context) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.network = network;
    this.live = live;
    this.callbackPorts = callbackPorts;
    this.context = context;
    this.peers = new TlsPeers(context);
    this.loop = network.loops().group().next();
    this.pacing = pacing(endpoint, settings);
    this.dialler =
        new Dialler(
            endpoint,
            settings.connectTimeout(),
            new Connection.Dialling(channels, LinkResource.MAX_BODY, address -> {}),
            network,
            loop,
            context);
  }

  /**
   * By {@code poll=interval}, or the longest pause itself: {@code poll=2s}.
   *
   * @throws AgentException {@link Code#INVALID_ARGUMENT} for any other value
   */
  private static Pacing pacing(Endpoint endpoint, Settings settings) {
    Duration interval = settings.interval(endpoint);
    return interval == null
        ? Pacing.waiting(settings.longPoll(), settings.answerTimeout(), settings.patience())
        : Pacing.intervals(interval, settings.answerTimeout(), settings.patience());
  }

  CompletableFuture<Link> start() {
    CompletableFuture<Connection> first = dialler.dial();
    CompletableFuture<@Nullable Connection> second =
        pacing.isLong() ? dialler.dial() : CompletableFuture.completedFuture(null);
    result.whenComplete(
        (made, failure) -> {
          if (failure != null) {
            giveUp(first);
            giveUp(second);
          }
        });
    first
        .thenCombineAsync(
            second,
            (forPosts, forGets) -> {
              create(forPosts, forGets);
              return forPosts;
            },
            loop)
        .whenComplete(
            (made, failure) -> {
              if (failure != null) {
                result.completeExceptionally(causeOf(failure));
              }
            });
    return result;
  }

  private static void giveUp(CompletableFuture<? extends @Nullable Connection> dialled) {
    if (!dialled.cancel(true)) {
      dialled.thenAccept(
          made -> {
            if (made != null) {
              made.close();
            }
          });
    }
  }

  private static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private void create(Connection forPosts, @Nullable Connection forGets) {
    Future<?> limit =
        loop.schedule(
            () -> fail(Code.UNAVAILABLE, "no answer within " + settings.connectTimeout()),
            settings.connectTimeout().toNanos(),
            TimeUnit.NANOSECONDS);
    result.whenComplete((made, failure) -> limit.cancel(false));
    InetAddress local = localAddress(forPosts);
    if (callbackPorts == null) {
      ask(Words.LINKS, forPosts, forGets, null);
    } else if (local == null) {
      fail(Code.UNAVAILABLE, "the connection was closed before there was an answer");
    } else {
      callbackPorts
          .base(local, endpoint.isTls(), settings, network, context)
          .whenCompleteAsync(
              (base, failure) -> {
                if (failure == null) {
                  ask(Words.HOOKS, forPosts, forGets, base);
                } else {
                  result.completeExceptionally(causeOf(failure));
                }
              },
              loop);
    }
  }

  private static @Nullable InetAddress localAddress(Connection connection) {
    Channel channel = connection.channel();
    return channel != null && channel.localAddress() instanceof InetSocketAddress inet
        ? inet.getAddress()
        : null;
  }

  private void ask(
      String collection,
      Connection forPosts,
      @Nullable Connection forGets,
      @Nullable String callbackBase) {
    forPosts.use(
        new Connection.User() {
          @Override
          public void onAnswer(Connection connection, Answer answer) {
            created(collection, answer, forPosts, forGets, callbackBase);
          }

          @Override
          public void onEnd(Connection connection, Throwable why) {
            askAgain(collection, forGets, callbackBase);
          }
        });
    forPosts.ask(LinkRequests.create(endpoint, collection, pacing.quietSeconds()));
  }

  /** A link that has been made for a response that was lost is nobody's, and ends by itself. */
  private void askAgain(
      String collection, @Nullable Connection forGets, @Nullable String callbackBase) {
    if (attempts++ >= MOST_ATTEMPTS) {
      fail(Code.UNAVAILABLE, "the connection was closed before there was an answer");
      return;
    }
    dialler
        .dial()
        .whenComplete(
            (made, failure) -> {
              if (failure != null) {
                result.completeExceptionally(causeOf(failure));
              } else if (result.isDone()) {
                made.close();
              } else {
                ask(collection, made, forGets, callbackBase);
              }
            });
  }

  private void created(
      String collection,
      Answer answer,
      Connection forPosts,
      @Nullable Connection forGets,
      @Nullable String callbackBase) {
    String id = answer.headers().get(Words.LINK_HEADER);
    if (answer.status() != HttpResponseStatus.CREATED.code() || id == null || !isId(id)) {
      // The code's own phrase: the peer's could be any text.
      fail(
          answer.status() >= 500 || answer.status() == 429
              ? Code.UNAVAILABLE
              : Code.FAILED_PRECONDITION,
          "is not an AgentChannel endpoint (it answered HTTP "
              + HttpResponseStatus.valueOf(answer.status())
              + ")");
      return;
    }
    AgentId proven;
    try {
      proven = callbackPorts == null ? provenPeer(forPosts) : null;
      if (forGets != null) {
        checkPeer(forGets, proven);
      }
    } catch (AgentException refused) {
      result.completeExceptionally(refused);
      return;
    }
    Channel channel = forPosts.channel();
    LinkInfo info =
        new LinkInfo(
            endpoint.scheme(),
            Addresses.text(channel == null ? null : channel.localAddress()),
            endpoint.uri().toString(),
            LinkResource.MAX_PACKET,
            LinkInfo.Path.DIRECT,
            proven);
    LinkRequests requests = new LinkRequests(endpoint, collection, id);
    ClientLink link =
        callbackPorts == null || callbackBase == null
            ? new ClientLink(
                loop,
                info,
                requests,
                pacing,
                dialler.checking(connection -> checkPeer(connection, proven)))
            : calling(callbackPorts, callbackBase, info, requests);
    live.add(link);
    link.use(forPosts, forGets);
    if (!result.complete(link)) {
      link.close();
    }
  }

  private @Nullable AgentId provenPeer(Connection connection) {
    Channel channel = connection.channel();
    return channel == null ? null : peers.of(channel);
  }

  /** A link that is not sealed again is its peer's on every connection. */
  private void checkPeer(Connection connection, @Nullable AgentId proven) {
    if (proven != null && !proven.equals(provenPeer(connection))) {
      throw Problems.of(
          Code.FAILED_PRECONDITION, endpoint, "another agent than " + proven + " is there", null);
    }
  }

  private ClientLink calling(
      CallbackPorts ports, String base, LinkInfo info, LinkRequests requests) {
    String secret = ports.resource().newId();
    URI callback = URI.create(base + "/" + Words.CALLBACKS + "/" + secret);
    CallingLink link = new CallingLink(loop, info, requests, pacing, dialler, callback);
    ports.resource().add(secret, link);
    return link;
  }

  private static boolean isId(String id) {
    return id.length() <= 128
        && id.chars()
            .allMatch(c -> c == '-' || c == '_' || Character.isLetterOrDigit(c) && c < 128);
  }

  private void fail(Code code, String what) {
    result.completeExceptionally(Problems.of(code, endpoint, OneLine.of(what), null));
  }
}
