package io.agentchannel.http.internal.link;

import io.agentchannel.http.internal.server.Refusal;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The links that one server has, by id. Thread-safe. */
final class LinkTable {
  private final SecretIds ids = new SecretIds();
  private final int most;
  private final Map<String, ServerLink> links = new ConcurrentHashMap<>();

  LinkTable(int most) {
    this.most = most;
  }

  String newId() throws Refusal {
    if (links.size() >= most) {
      throw new Refusal(HttpResponseStatus.SERVICE_UNAVAILABLE, "there are too many links");
    }
    return ids.next();
  }

  void add(String id, ServerLink link) {
    links.put(id, link);
    link.whenGone().thenRun(() -> links.remove(id));
  }

  /** There is no link with an id. */
  static Refusal noLink(boolean isAnothers) {
    return isAnothers
        ? new Refusal(HttpResponseStatus.MISDIRECTED_REQUEST, "this link is another replica's")
        : new Refusal(HttpResponseStatus.GONE, "the link has ended");
  }

  ServerLink find(String id) throws Refusal {
    ServerLink link = links.get(id);
    if (link != null) {
      return link;
    }
    throw noLink(ids.isAnothers(id));
  }
}
