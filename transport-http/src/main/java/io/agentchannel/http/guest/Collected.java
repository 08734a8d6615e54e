package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import io.agentchannel.http.internal.server.Problem;
import io.agentchannel.http.internal.server.Response;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that there is in reply to a call.
 *
 * @param isStream whether the operation answers with a stream, of one item perhaps
 * @param failure null if it ended well
 */
record Collected(boolean isStream, List<Payload> items, @Nullable AgentException failure) {

  /** As one whole response. */
  Response response(CallRequest asked) {
    if (failure != null) {
      return Failures.response(failure);
    }
    if (asked.format() != Format.WHOLE) {
      return ok(asked.format().contentType(), parts(asked.format()));
    }
    if (!isStream && items.size() == 1) {
      Payload only = items.get(0);
      return new Response(HttpResponseStatus.OK, contentType(only), Map.of(), List.of(only.body()));
    }
    // A one-way operation has nothing to say, and looks like a stream of nothing from here.
    return items.isEmpty() && !asked.acceptsJson()
        ? Response.empty(HttpResponseStatus.NO_CONTENT)
        : ok(Payload.JSON, array());
  }

  /** As what is delivered: the one reply as it is, all others as an array, a failure as such. */
  Payload payload() {
    if (failure != null) {
      return Payload.of(
          Problem.CONTENT_TYPE, Failures.json(failure).getBytes(StandardCharsets.UTF_8));
    }
    return !isStream && items.size() == 1
        ? items.get(0)
        : Payload.of(Payload.JSON, array().toByteArray());
  }

  /** A handler's content type could be any text; in a header, it must not end the line. */
  static String contentType(Payload payload) {
    String type = payload.contentType();
    return type.chars().allMatch(c -> c >= ' ' && c <= '~') ? type : Payload.BYTES;
  }

  private ByteArrayOutputStream array() {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.write('[');
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        json.write(',');
      }
      json.writeBytes(JsonValue.of(items.get(i)).getBytes(StandardCharsets.UTF_8));
    }
    json.write(']');
    return json;
  }

  private ByteArrayOutputStream parts(Format format) {
    ByteArrayOutputStream parts = new ByteArrayOutputStream();
    for (int i = 0; i < items.size(); i++) {
      parts.writeBytes(format.item(i + 1L, items.get(i)));
    }
    return parts;
  }

  private static Response ok(String contentType, ByteArrayOutputStream body) {
    return new Response(
        HttpResponseStatus.OK, contentType, Map.of(), List.of(ByteBuffer.wrap(body.toByteArray())));
  }
}
