package io.agentchannel.http.guest;

import io.agentchannel.Payload;
import io.agentchannel.http.internal.server.Problem;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.http.internal.server.Resource;
import io.agentchannel.http.internal.server.Responder;
import io.agentchannel.http.internal.server.Response;
import io.agentchannel.spi.TransportContext;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * {@code GET {base}/.well-known/agent-card.json} (RFC 8615): the card of the agent, for those who
 * may call it.
 */
final class CardResource implements Resource {
  private final TransportContext context;

  CardResource(TransportContext context) {
    this.context = context;
  }

  @Override
  public boolean owns(RequestHead head) {
    String[] segments = head.lastSegments(2);
    return segments != null
        && segments[0].equals(".well-known")
        && segments[1].equals("agent-card.json");
  }

  @Override
  public int maxBody(RequestHead head) throws Refusal {
    Methods.require(head, HttpMethod.GET, HttpMethod.HEAD);
    return 0;
  }

  @Override
  public void serve(RequestHead head, byte[] body, Responder responder) throws Refusal {
    Visitors.admit(head, context.guests());
    byte[] card = context.card();
    if (card == null) {
      throw new Refusal(
          Problem.of(HttpResponseStatus.NOT_FOUND, "this agent has no card"), "no card");
    }
    responder.send(Response.of(HttpResponseStatus.OK, Payload.JSON, card));
  }
}
