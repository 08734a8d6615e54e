package io.agentchannel.http.internal.link;

import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.http.internal.server.Resource;
import io.agentchannel.http.internal.server.Responder;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code …/callbacks/{id}}: where the links that this end has made are called back. Thread-safe.
 */
final class CallbackResource implements Resource {
  private final SecretIds ids = new SecretIds();
  private final Map<String, CallingLink> links = new ConcurrentHashMap<>();

  String newId() {
    return ids.next();
  }

  void add(String id, CallingLink link) {
    links.put(id, link);
    link.whenGone().thenRun(() -> links.remove(id));
  }

  @Override
  public boolean owns(RequestHead head) {
    String[] last = head.lastSegments(2);
    return last != null && last[0].equals(Words.CALLBACKS);
  }

  @Override
  public int maxBody(RequestHead head) throws Refusal {
    find(head);
    if (head.method().equals(HttpMethod.POST)) {
      return LinkResource.MAX_BODY;
    }
    if (head.method().equals(HttpMethod.DELETE)) {
      return 0;
    }
    throw new Refusal(HttpResponseStatus.METHOD_NOT_ALLOWED, "this is not done to callbacks");
  }

  @Override
  public void serve(RequestHead head, byte[] body, Responder responder) throws Refusal {
    CallingLink link = find(head);
    LinkResource.run(link, () -> link.call(head, body, responder));
  }

  private CallingLink find(RequestHead head) throws Refusal {
    String[] last = head.lastSegments(2);
    CallingLink link = last == null ? null : links.get(last[1]);
    if (link == null) {
      throw LinkTable.noLink(last != null && ids.isAnothers(last[1]));
    }
    return link;
  }
}
