package io.agentchannel.http.guest;

import io.agentchannel.http.internal.server.Problem;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which methods a resource has. */
final class Methods {
  private Methods() {}

  /**
   * @throws Refusal 405 with {@code Allow} (RFC 9110, section 15.5.6)
   */
  static void require(RequestHead head, HttpMethod... allowed) throws Refusal {
    if (Arrays.asList(allowed).contains(head.method())) {
      return;
    }
    String names = Stream.of(allowed).map(HttpMethod::name).collect(Collectors.joining(", "));
    throw new Refusal(
        Problem.of(HttpResponseStatus.METHOD_NOT_ALLOWED, "this is for " + names)
            .with(Map.of("Allow", names)),
        "a method that is not allowed");
  }
}
