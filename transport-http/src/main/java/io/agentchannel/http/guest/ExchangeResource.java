package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.http.internal.server.Problem;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.http.internal.server.Resource;
import io.agentchannel.http.internal.server.Responder;
import io.agentchannel.http.internal.server.Response;
import io.agentchannel.spi.GuestCalls;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * {@code GET {base}/exchanges/{id}?after=SEQ&wait=S}: the replies beyond SEQ, as soon as there is
 * one or the call has ended, at the latest after S seconds; 200 once it has ended, 202 before.
 * {@code after} says also that everything up to there has come. {@code DELETE} cancels and forgets.
 */
final class ExchangeResource implements Resource {
  private static final AgentException CANCELLED =
      new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "cancelled by the client");

  private final GuestCalls door;
  private final Exchanges exchanges;

  ExchangeResource(GuestCalls door, Exchanges exchanges) {
    this.door = door;
    this.exchanges = exchanges;
  }

  @Override
  public boolean owns(RequestHead head) {
    String[] segments = head.lastSegments(2);
    return segments != null && segments[0].equals("exchanges") && !CallRequest.isPath(head);
  }

  @Override
  public int maxBody(RequestHead head) throws Refusal {
    Methods.require(head, HttpMethod.GET, HttpMethod.DELETE);
    return 0;
  }

  @Override
  public void serve(RequestHead head, byte[] body, Responder responder) throws Refusal {
    Visitor visitor = Visitors.admit(head, door);
    String[] segments = head.lastSegments(2);
    Exchange exchange = segments == null ? null : exchanges.find(segments[1], visitor);
    if (exchange == null) {
      throw new Refusal(
          Problem.of(HttpResponseStatus.NOT_FOUND, "no such exchange; it may have been forgotten"),
          "no such exchange");
    }
    if (head.method().equals(HttpMethod.DELETE)) {
      exchanges.remove(exchange, CANCELLED);
      responder.send(Response.empty(HttpResponseStatus.NO_CONTENT));
      return;
    }
    long after = head.number("after", 0, Long.MAX_VALUE);
    long wait = head.number("wait", 0, Preference.LONGEST_WAIT);
    exchange.taken(after);
    Runnable watch =
        exchange.watch(
            Watcher.Until.MORE,
            after,
            wait * 1000,
            () -> responder.send(response(exchange.view(after))));
    responder.onGone(watch);
  }

  private static Response response(ExchangeView view) {
    StringBuilder json = new StringBuilder("{\"items\":[");
    for (ExchangeView.Item item : view.items()) {
      Payload payload = item.payload();
      json.append("{\"seq\":").append(item.seq()).append(",\"contentType\":");
      Problem.quote(payload.contentType(), json);
      json.append(",\"body\":").append(JsonValue.of(payload)).append("},");
    }
    if (!view.items().isEmpty()) {
      json.setLength(json.length() - 1);
    }
    json.append("],\"last\":").append(view.last()).append(",\"done\":").append(view.done());
    AgentException failure = view.failure();
    if (failure != null) {
      json.append(",\"problem\":").append(Failures.json(failure));
    }
    byte[] body = json.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    return view.done()
        ? Response.of(HttpResponseStatus.OK, Payload.JSON, body)
        : Response.of(HttpResponseStatus.ACCEPTED, Payload.JSON, body)
            .with(Map.of("Retry-After", "1"));
  }
}
