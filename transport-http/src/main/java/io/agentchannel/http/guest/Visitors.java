package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.GuestCalls.Visit;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AttributeKey;
import java.util.HashMap;
import java.util.Map;

/** Who has been let in over one connection. On its event loop only. */
final class Visitors {
  private static final AttributeKey<Visitors> ATTRIBUTE =
      AttributeKey.valueOf(Visitors.class, "of the connection");

  /** A client has one token, or a few; who tries many is not one. */
  private static final int MOST = 16;

  private final Map<Visit, Visitor> known = new HashMap<>();

  private Visitors() {}

  /**
   * Lets the client in: the same as before if it shows the same, so that its calls count together.
   *
   * @throws Refusal if it is not let in
   */
  static Visitor admit(RequestHead head, GuestCalls door) throws Refusal {
    Visit visit =
        new Visit(
            head.secure() ? "https" : "http",
            head.address(),
            head.single(HttpHeaderNames.HOST),
            head.single(HttpHeaderNames.ORIGIN),
            head.isForwarded(),
            head.token());
    Visitors here = of(head.connection());
    Visitor visitor = here.known.get(visit);
    if (visitor != null) {
      return visitor;
    }
    try {
      visitor = new Visitor(door.admit(visit), visit.token());
    } catch (AgentException refused) {
      throw Failures.refusal(refused);
    }
    if (here.known.size() >= MOST || !head.connection().isActive()) {
      visitor.release();
      throw Failures.refusal(
          new AgentException(
              Code.RESOURCE_EXHAUSTED,
              Outcome.NOT_SENT,
              "too many different clients on one connection"));
    }
    here.known.put(visit, visitor);
    return visitor;
  }

  private static Visitors of(Channel connection) {
    Visitors here = connection.attr(ATTRIBUTE).get();
    if (here == null) {
      Visitors made = new Visitors();
      connection.attr(ATTRIBUTE).set(made);
      connection.closeFuture().addListener(gone -> made.leave());
      here = made;
    }
    return here;
  }

  private void leave() {
    known.values().forEach(Visitor::release);
    known.clear();
  }
}
