package io.agentchannel.http.internal.link;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.http.internal.server.Resource;
import io.agentchannel.http.internal.server.Responder;
import io.agentchannel.http.internal.server.Response;
import io.agentchannel.netty.internal.Addresses;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code …/links} makes a link that polls, {@code …/links/{id}} carries it; {@code …/hooks} is the
 * same for webhooks. Thread-safe.
 */
final class LinkResource implements Resource {
  private static final Logger log = LoggerFactory.getLogger(LinkResource.class);
  static final int MAX_PACKET = 128 * 1024;
  static final int MAX_BODY = Batch.ENOUGH + MAX_PACKET + 64 * 1024;
  private static final long MOST_SECONDS = 300;
  private static final long LONGEST_WAIT = 60;

  private final String scheme;
  private final String collection;
  private final boolean trustsTls;
  private final Maker maker;
  private final LinkTable table;
  private final LiveLinks live;
  private final Listening listening;
  private final TransportContext context;
  private final TlsPeers peers;

  /** Makes the called end of a new link. */
  interface Maker {
    ServerLink make(EventLoop loop, LinkInfo info, long quietSeconds);
  }

  /**
   * @param scheme what the links say they are
   * @param collection the path's last segment
   * @param trustsTls whether a link is that of the agent whom TLS has proven; the handshake of the
   *     agents proves it else
   */
  LinkResource(
      String scheme,
      String collection,
      boolean trustsTls,
      Maker maker,
      LinkTable table,
      LiveLinks live,
      Listening listening,
      TransportContext context) {
    this.scheme = scheme;
    this.collection = collection;
    this.trustsTls = trustsTls;
    this.maker = maker;
    this.table = table;
    this.live = live;
    this.listening = listening;
    this.context = context;
    this.peers = new TlsPeers(context);
  }

  @Override
  public boolean owns(RequestHead head) {
    return isCollection(head) || isLink(head);
  }

  private boolean isCollection(RequestHead head) {
    return head.path().endsWith("/" + collection);
  }

  private boolean isLink(RequestHead head) {
    String[] last = head.lastSegments(2);
    return last != null && last[0].equals(collection);
  }

  @Override
  public int maxBody(RequestHead head) throws Refusal {
    HttpMethod method = head.method();
    boolean post = method.equals(HttpMethod.POST);
    boolean known =
        post
            || !isCollection(head)
                && (method.equals(HttpMethod.GET) || method.equals(HttpMethod.DELETE));
    if (!known) {
      throw new Refusal(HttpResponseStatus.METHOD_NOT_ALLOWED, "this is not done to links");
    }
    return post && !isCollection(head) ? MAX_BODY : 0;
  }

  @Override
  public void serve(RequestHead head, byte[] body, Responder responder) throws Refusal {
    if (isCollection(head)) {
      create(head, responder);
      return;
    }
    String[] last = head.lastSegments(2);
    ServerLink link = table.find(last == null ? "" : last[1]);
    if (!Objects.equals(link.info().provenPeer(), provenPeer(head))) {
      throw new Refusal(HttpResponseStatus.FORBIDDEN, "this link is another agent's");
    }
    if (head.method().equals(HttpMethod.POST)) {
      long number = head.number(Words.BATCH, 0, Long.MAX_VALUE / 2);
      long after = head.number(Words.AFTER, 0, Long.MAX_VALUE / 2);
      run(
          link,
          () -> {
            try {
              link.authenticate(head, number, body);
            } catch (Refusal refusal) {
              responder.send(refusal.response());
              return;
            }
            link.post(number, after, body, responder);
          });
    } else if (head.method().equals(HttpMethod.GET)) {
      long after = head.number(Words.AFTER, 0, Long.MAX_VALUE / 2);
      long wait = Math.min(LONGEST_WAIT, head.number(Words.WAIT, 0, MOST_SECONDS));
      run(link, () -> link.get(after, wait, responder));
    } else {
      run(link, () -> link.delete(responder));
    }
  }

  static void run(HttpLink link, Runnable request) {
    if (link.loop.inEventLoop()) {
      link.guarded(request);
    } else {
      link.onLoop(request);
    }
  }

  private void create(RequestHead head, Responder responder) throws Refusal {
    String origin = head.single(HttpHeaderNames.ORIGIN);
    if (origin != null && !context.guests().allowsOrigin(origin)) {
      throw new Refusal(
          HttpResponseStatus.FORBIDDEN, "web pages of this origin are not allowed here");
    }
    String id = table.newId();
    long quiet = Math.max(5, head.number(Words.QUIET, 30, MOST_SECONDS));
    LinkInfo info =
        new LinkInfo(
            scheme,
            scheme + "://" + Addresses.text(head.local()) + OneLine.of(baseOf(head.path())),
            Addresses.text(head.remote()),
            MAX_PACKET,
            LinkInfo.Path.DIRECT,
            provenPeer(head));
    ServerLink link = maker.make(responder.loop(), info, quiet);
    try {
      listening.add(link);
    } catch (Refusal closing) {
      link.close();
      throw closing;
    }
    table.add(id, link);
    live.add(link);
    responder.send(Response.empty(HttpResponseStatus.CREATED).with(Map.of(Words.LINK_HEADER, id)));
    handOver(link, context::accept);
  }

  private @Nullable AgentId provenPeer(RequestHead head) throws Refusal {
    try {
      return trustsTls ? peers.of(head.connection()) : null;
    } catch (AgentException unproven) {
      throw new Refusal(
          HttpResponseStatus.FORBIDDEN, OneLine.of(String.valueOf(unproven.getMessage())));
    }
  }

  private String baseOf(String path) {
    return path.substring(0, path.length() - collection.length() - 1);
  }

  static void handOver(ServerLink link, Consumer<ServerLink> taker) {
    try {
      taker.accept(link);
    } catch (RuntimeException failure) {
      log.warn("a link from {} was not taken", link.info().remote(), failure);
      link.close();
    }
  }
}
