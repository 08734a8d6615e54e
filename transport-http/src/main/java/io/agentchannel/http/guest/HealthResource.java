package io.agentchannel.http.guest;

import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.http.internal.server.Resource;
import io.agentchannel.http.internal.server.Responder;
import io.agentchannel.http.internal.server.Response;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** {@code GET {base}/health}: for load balancers, which have no token; it says nothing else. */
final class HealthResource implements Resource {
  private static final byte[] OK = "{\"status\":\"ok\"}\n".getBytes(StandardCharsets.UTF_8);

  @Override
  public boolean owns(RequestHead head) {
    String[] segments = head.lastSegments(1);
    return segments != null && segments[0].equals("health");
  }

  @Override
  public int maxBody(RequestHead head) throws Refusal {
    Methods.require(head, HttpMethod.GET, HttpMethod.HEAD);
    return 0;
  }

  @Override
  public void serve(RequestHead head, byte[] body, Responder responder) {
    responder.send(Response.of(HttpResponseStatus.OK, "application/json", OK));
  }
}
