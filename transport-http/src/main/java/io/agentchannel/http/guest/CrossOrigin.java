package io.agentchannel.http.guest;

import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.http.internal.server.Resource;
import io.agentchannel.http.internal.server.Responder;
import io.agentchannel.http.internal.server.Response;
import io.agentchannel.spi.GuestCalls;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets web pages of the origins that are configured read what a resource answers them (the CORS
 * protocol, WHATWG Fetch, section 3.3). All others are refused where clients are admitted, and
 * their browsers keep the answer from them besides.
 */
record CrossOrigin(Resource resource, GuestCalls door) implements Resource {
  private static final String REQUEST_METHOD = "Access-Control-Request-Method";
  private static final String REQUEST_HEADERS = "Access-Control-Request-Headers";
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

  @Override
  public boolean owns(RequestHead head) {
    return resource.owns(head);
  }

  @Override
  public int maxBody(RequestHead head) throws Refusal {
    String origin = allowedOrigin(head);
    if (origin != null && isPreflight(head)) {
      return 0;
    }
    try {
      return resource.maxBody(head);
    } catch (Refusal refusal) {
      throw told(refusal, origin);
    }
  }

  @Override
  public void serve(RequestHead head, byte[] body, Responder responder) throws Refusal {
    String origin = allowedOrigin(head);
    if (origin != null && isPreflight(head)) {
      responder.send(preflight(head, origin));
      return;
    }
    try {
      resource.serve(head, body, origin == null ? responder : new ToPage(responder, origin));
    } catch (Refusal refusal) {
      throw told(refusal, origin);
    }
  }

  private @Nullable String allowedOrigin(RequestHead head) throws Refusal {
    String origin = head.single(HttpHeaderNames.ORIGIN);
    return origin != null && door.allowsOrigin(origin) ? origin : null;
  }

  /** A browser's question, which comes without a token. */
  private static boolean isPreflight(RequestHead head) {
    return head.method().equals(HttpMethod.OPTIONS) && head.headers().contains(REQUEST_METHOD);
  }

  private static Response preflight(RequestHead head, String origin) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Access-Control-Allow-Methods", "GET, POST, DELETE");
    headers.put("Access-Control-Max-Age", "600");
    String asked = head.headers().get(REQUEST_HEADERS);
    if (asked != null) {
      headers.put("Access-Control-Allow-Headers", asked);
    }
    return told(Response.empty(HttpResponseStatus.NO_CONTENT).with(headers), origin);
  }

  private static Refusal told(Refusal refusal, @Nullable String origin) {
    return origin == null
        ? refusal
        : new Refusal(told(refusal.response(), origin), String.valueOf(refusal.getMessage()));
  }

  private static Response told(Response response, String origin) {
    return response.with(told(response.headers(), origin));
  }

  private static Map<String, String> told(Map<String, String> headers, String origin) {
    Map<String, String> all = new HashMap<>(headers);
    all.put(ALLOW_ORIGIN, origin);
    all.put("Access-Control-Expose-Headers", "Location, Retry-After, Preference-Applied");
    all.put("Vary", "Origin");
    return all;
  }

  /** The way to a page that may read what comes. */
  private record ToPage(Responder responder, String origin) implements Responder {
    @Override
    public EventLoop loop() {
      return responder.loop();
    }

    @Override
    public void send(Response response) {
      responder.send(told(response, origin));
    }

    @Override
    public Parts stream(
        HttpResponseStatus status,
        String contentType,
        Map<String, String> headers,
        Runnable onWritable) {
      return responder.stream(status, contentType, told(headers, origin), onWritable);
    }

    @Override
    public void onGone(Runnable action) {
      responder.onGone(action);
    }
  }
}
