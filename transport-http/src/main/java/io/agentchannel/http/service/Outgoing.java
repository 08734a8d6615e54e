package io.agentchannel.http.service;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** Requests to a service. */
final class Outgoing {
  private static final String STREAMS =
      "text/event-stream, application/x-ndjson, application/json;q=0.9, */*;q=0.5";
  private static final String ONE = "application/json, */*;q=0.9";

  /** What frames the request, or says where it goes. */
  private static final Set<String> NOT_FOR_CALLERS =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "expect",
          "host",
          "keep-alive",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private Outgoing() {}

  /**
   * The request that makes the call.
   *
   * @throws AgentException {@link Code#INVALID_ARGUMENT} if its metadata cannot be headers
   */
  static Request post(HttpUrl url, Call call, Payload payload) {
    Request.Builder request = withHeaders(url, call);
    String key = call.key();
    if (key != null) {
      header(request, "Idempotency-Key", key);
    }
    Long deadline = call.deadlineNanos();
    if (deadline != null) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      request.header("Agent-Timeout", Math.max(1, millis) + "ms");
    }
    return request.post(new PayloadBody(payload, call.idempotent() || key != null)).build();
  }

  /** Asks for the reply of a call that was made. */
  static Request get(HttpUrl url, Call call) {
    return withHeaders(url, call).get().build();
  }

  private static Request.Builder withHeaders(HttpUrl url, Call call) {
    Request.Builder request =
        new Request.Builder()
            .url(url)
            .header("User-Agent", "agentchannel")
            .header("Accept", call.kind() == Call.Kind.STREAMING ? STREAMS : ONE);
    for (Map.Entry<String, String> entry : call.metadata().entrySet()) {
      if (NOT_FOR_CALLERS.contains(entry.getKey())) {
        throw invalid(entry.getKey());
      }
      header(request, entry.getKey(), entry.getValue());
    }
    return request;
  }

  private static void header(Request.Builder request, String name, String value) {
    try {
      request.header(name, value);
    } catch (IllegalArgumentException e) {
      // Its message shows the value, which may be a secret.
      throw invalid(name);
    }
  }

  private static AgentException invalid(String name) {
    return new AgentException(
        Code.INVALID_ARGUMENT,
        Outcome.NOT_SENT,
        "the metadata " + name + " cannot be a header of an HTTP request");
  }

  /** Sent twice only if that does no harm: OkHttp would, on another connection. */
  private static final class PayloadBody extends RequestBody {
    private final Payload payload;
    private final boolean repeatable;

    PayloadBody(Payload payload, boolean repeatable) {
      this.payload = payload;
      this.repeatable = repeatable;
    }

    @Override
    public @Nullable MediaType contentType() {
      return MediaType.parse(payload.contentType());
    }

    @Override
    public long contentLength() {
      return payload.size();
    }

    @Override
    public boolean isOneShot() {
      return !repeatable;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(payload.toByteArray());
    }
  }
}
