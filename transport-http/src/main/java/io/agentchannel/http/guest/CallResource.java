package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import io.agentchannel.http.internal.server.Problem;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.http.internal.server.Resource;
import io.agentchannel.http.internal.server.Responder;
import io.agentchannel.spi.GuestCalls;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;

/** {@code POST {base}/agents/{agent}/{operation}}: one call, its one request in the body. */
final class CallResource implements Resource {
  private final GuestCalls door;
  private final Settings settings;
  private final Exchanges exchanges;
  private final Callbacks callbacks;

  CallResource(GuestCalls door, Settings settings, Exchanges exchanges, Callbacks callbacks) {
    this.door = door;
    this.settings = settings;
    this.exchanges = exchanges;
    this.callbacks = callbacks;
  }

  @Override
  public boolean owns(RequestHead head) {
    return CallRequest.isPath(head);
  }

  /** Whoever is not let in is told before the body, and need not send it. */
  @Override
  public int maxBody(RequestHead head) throws Refusal {
    Methods.require(head, HttpMethod.POST);
    Visitors.admit(head, door);
    String encoding = head.single(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new Refusal(
          Problem.of(HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "the body must not be encoded"),
          "an encoded body");
    }
    return settings.maxMessage();
  }

  @Override
  public void serve(RequestHead head, byte[] body, Responder responder) throws Refusal {
    Visitor visitor = Visitors.admit(head, door);
    CallRequest asked = CallRequest.of(head);
    Payload request = Payload.of(asked.contentType(), body);
    if (asked.isInline()) {
      new InlineReply(asked, responder, settings.maxReply()).begin(visitor, request);
      return;
    }
    if (asked.callback() != null) {
      try {
        callbacks.check(asked.callback());
      } catch (AgentException refused) {
        throw Failures.refusal(refused);
      }
    }
    new LaterReply(asked, responder, exchanges, callbacks, settings.maxReply())
        .begin(visitor, request);
  }
}
