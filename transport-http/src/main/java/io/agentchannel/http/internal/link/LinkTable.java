package io.agentchannel.http.internal.link;

import io.agentchannel.http.internal.server.Problem;
import io.agentchannel.http.internal.server.Refusal;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The links that one server has, by id. Thread-safe. */
final class LinkTable {
  private static final int TAG_BYTES = 8;
  private static final int SECRET_BYTES = 16;
  private static final int ID_CHARS = (TAG_BYTES + SECRET_BYTES) * 4 / 3;

  private final SecureRandom random = new SecureRandom();
  private final byte[] tag = new byte[TAG_BYTES];
  private final String prefix;
  private final int most;
  private final Map<String, ServerLink> links = new ConcurrentHashMap<>();

  LinkTable(int most) {
    this.most = most;
    random.nextBytes(tag);
    // The characters that are the tag's alone.
    this.prefix = Base64.getUrlEncoder().encodeToString(tag).substring(0, TAG_BYTES * 8 / 6);
  }

  /** Begins with what tells this server from its replicas, then 128 secret bits. */
  String newId() throws Refusal {
    if (links.size() >= most) {
      throw new Refusal(HttpResponseStatus.SERVICE_UNAVAILABLE, "there are too many links");
    }
    byte[] id = new byte[TAG_BYTES + SECRET_BYTES];
    random.nextBytes(id);
    System.arraycopy(tag, 0, id, 0, TAG_BYTES);
    return Base64.getUrlEncoder().encodeToString(id);
  }

  void add(String id, ServerLink link) {
    links.put(id, link);
    link.whenGone().thenRun(() -> links.remove(id));
  }

  ServerLink find(String id) throws Refusal {
    ServerLink link = links.get(id);
    if (link != null) {
      return link;
    }
    if (id.length() == ID_CHARS && !id.startsWith(prefix)) {
      throw new Refusal(
          Problem.of(HttpResponseStatus.MISDIRECTED_REQUEST, "this link is another replica's"),
          "another replica's");
    }
    throw new Refusal(HttpResponseStatus.GONE, "the link has ended");
  }
}
