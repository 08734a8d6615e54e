package io.agentchannel.http.internal.server;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole response.
 *
 * @param contentType null where there is no body
 * @param headers others than those of the body; neither names nor values may have line ends, which
 *     is an {@link IllegalArgumentException} when it is sent
 * @param body its parts, which are sent as they stand
 */
public record Response(
    HttpResponseStatus status,
    @Nullable String contentType,
    Map<String, String> headers,
    List<ByteBuffer> body) {

  public static Response empty(HttpResponseStatus status) {
    return new Response(status, null, Map.of(), List.of());
  }

  public static Response of(HttpResponseStatus status, String contentType, byte[] body) {
    return new Response(status, contentType, Map.of(), List.of(ByteBuffer.wrap(body)));
  }

  public Response with(Map<String, String> more) {
    return new Response(status, contentType, more, body);
  }
}
