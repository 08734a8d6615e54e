package io.agentchannel.http.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;

/** Whatever a client writes into the head of a call: a call within bounds, or a refusal. */
class CallRequestFuzz {
  private static final EmbeddedChannel CHANNEL = new EmbeddedChannel();
  private static final String[] NAMES = {
    "accept", "prefer", "agent-timeout", "callback-url", "content-type", "idempotency-key", "x-any"
  };

  @AfterAll
  static void close() {
    CHANNEL.finishAndReleaseAll();
  }

  /** The first line is the path, each other one a header whose name its first character says. */
  @FuzzTest
  void aHeadIsUnderstoodOrRefused(byte[] bytes) {
    String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1);
    HttpHeaders headers = new DefaultHttpHeaders();
    for (int i = 1; i < lines.length; i++) {
      if (!lines[i].isEmpty()) {
        try {
          headers.add(NAMES[lines[i].charAt(0) % NAMES.length], lines[i].substring(1));
        } catch (IllegalArgumentException e) {
          // The decoder takes none of this either.
        }
      }
    }
    RequestHead head =
        new RequestHead(HttpMethod.POST, "/" + lines[0], "", headers, null, null, false, CHANNEL);
    if (!CallRequest.isPath(head)) {
      return;
    }
    try {
      CallRequest request = CallRequest.of(head);

      assertThat(request.base()).doesNotStartWith("//");
      assertThat(request.contentType()).isNotEmpty();
      assertThat(request.preference().patienceSeconds()).isBetween(0, Preference.LONGEST_WAIT);
      assertThat(request.call().metadata().keySet()).isSubsetOf("x-any");
      if (request.call().timeout() != null) {
        assertThat(request.call().timeout().isNegative()).isFalse();
      }
    } catch (Refusal refusal) {
      assertThat(refusal.response().status().code()).isEqualTo(400);
    }
  }
}
