package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.http.internal.server.Problem;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.Response;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The one place where an error becomes what an HTTP client sees (RFC 9457). */
final class Failures {
  private Failures() {}

  static Response response(AgentException failure) {
    HttpResponseStatus status = HttpResponseStatus.valueOf(failure.code().httpStatus());
    Response response = Response.of(status, Problem.CONTENT_TYPE, utf8(json(failure) + "\n"));
    return switch (failure.code()) {
      case UNAUTHENTICATED -> response.with(Map.of("WWW-Authenticate", "Bearer"));
      case RESOURCE_EXHAUSTED, UNAVAILABLE -> response.with(Map.of("Retry-After", "1"));
      default -> response;
    };
  }

  static Refusal refusal(AgentException failure) {
    return new Refusal(response(failure), String.valueOf(failure.getMessage()));
  }

  static Refusal invalid(String why) {
    return refusal(new AgentException(Code.INVALID_ARGUMENT, Outcome.NOT_SENT, why));
  }

  /** A problem object, on one line: the standard's members, and ours. */
  static String json(AgentException failure) {
    HttpResponseStatus status = HttpResponseStatus.valueOf(failure.code().httpStatus());
    StringBuilder json = new StringBuilder(128);
    json.append("{\"status\":").append(status.code());
    member("title", status.reasonPhrase(), json);
    member("detail", String.valueOf(failure.getMessage()), json);
    member("code", failure.code().name(), json);
    member("outcome", failure.outcome().name(), json);
    if (!failure.details().isEmpty()) {
      json.append(",\"details\":{");
      int first = json.length();
      failure.details().forEach((name, text) -> member(name, text, json));
      json.deleteCharAt(first).append('}');
    }
    return json.append('}').toString();
  }

  private static void member(String name, String text, StringBuilder json) {
    json.append(',');
    Problem.quote(name, json);
    json.append(':');
    Problem.quote(text, json);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
