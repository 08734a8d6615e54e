package io.agentchannel.http.service;

import static io.agentchannel.http.service.ForeignService.answer;
import static io.agentchannel.http.service.ForeignService.failure;
import static io.agentchannel.http.service.ForeignService.next;
import static io.agentchannel.http.service.Questions.ASK;
import static io.agentchannel.http.service.Questions.CHAT;
import static io.agentchannel.http.service.Questions.NUMBERS;
import static io.agentchannel.http.service.Questions.QUESTION;
import static io.agentchannel.http.service.Questions.TEXTS;
import static io.agentchannel.http.service.Questions.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Duplex;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Unary;
import io.agentchannel.http.service.Questions.Answer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Services with no agent behind them, called as they are. */
@Timeout(60)
class PlainServicesTest {
  private static final Unary<byte[], byte[]> BYTES =
      Operation.unary("bytes", byte[].class, byte[].class);
  private static final Duplex<String, String> TALK =
      Operation.duplex("talk", String.class, String.class);

  @RegisterExtension final ForeignService service = new ForeignService();

  @Test
  void theRequestIsPostedAndTheResponseIsTheReply() throws Exception {
    service.serve("/", exchange -> answer(exchange, 200, "application/json", "{\"text\":\"so\"}"));
    Answer reply =
        service
            .channel("")
            .request(
                ASK,
                QUESTION,
                CallOptions.timeout(Duration.ofSeconds(20))
                    .withMetadata("authorization", "Bearer secret")
                    .withKey("k1"));

    assertThat(reply).isEqualTo(new Answer("so"));
    ForeignService.Seen seen = next(service.seen);
    assertThat(seen.method()).isEqualTo("POST");
    assertThat(seen.target()).isEqualTo("/ask");
    assertThat(seen.body()).isEqualTo("{\"text\":\"why\"}");
    assertThat(seen.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("authorization", "Bearer secret")
        .containsEntry("idempotency-key", "k1")
        .containsEntry("user-agent", "agentchannel");
    assertThat(seen.headers().get("agent-timeout")).matches("(1[0-9]|20)[0-9]{3}ms");
  }

  @Test
  void thePathSaysWhatTheRequestIsPostedTo() throws Exception {
    service.serve("/", exchange -> answer(exchange, 200, "application/json", "{\"text\":\"so\"}"));
    service.channel("/v1/questions?lang=en").request(ASK, QUESTION);
    service.channel("/v1/").request(ASK, QUESTION);

    assertThat(next(service.seen).target()).isEqualTo("/v1/questions?lang=en");
    assertThat(next(service.seen).target()).isEqualTo("/v1/ask");
  }

  @Test
  void bytesOfAnySizeGoInAndOut() throws Exception {
    service.serve(
        "/bytes",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 1000; i++) {
            exchange.getResponseBody().write(new byte[1000]);
          }
        });

    assertThat(service.channel("/").request(BYTES, new byte[500_000])).hasSize(1_000_000);
    assertThat(next(service.seen).body()).hasSize(500_000);
  }

  @ParameterizedTest
  @CsvSource({
    "400, INVALID_ARGUMENT, PROCESSED",
    "401, UNAUTHENTICATED, PROCESSED",
    "403, PERMISSION_DENIED, PROCESSED",
    "404, UNIMPLEMENTED, PROCESSED",
    "409, FAILED_PRECONDITION, PROCESSED",
    "413, INVALID_ARGUMENT, PROCESSED",
    "429, RESOURCE_EXHAUSTED, UNKNOWN",
    "500, INTERNAL, UNKNOWN",
    "502, UNAVAILABLE, UNKNOWN",
    "503, UNAVAILABLE, UNKNOWN",
    "504, DEADLINE_EXCEEDED, UNKNOWN",
    "302, FAILED_PRECONDITION, UNKNOWN"
  })
  void aStatusIsACode(int status, Code code, Outcome outcome) throws Exception {
    service.serve("/", exchange -> answer(exchange, status, "text/plain", ""));
    AgentException failure = failure(() -> service.channel("").request(ASK, QUESTION));

    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.outcome()).isEqualTo(outcome);
    assertThat(failure).hasMessageContaining("answered " + status);
    assertThat(failure.details()).containsEntry("http.status", String.valueOf(status));
    assertThat(service.seen).hasSize(1);
  }

  @Test
  void aProblemSaysMoreThanItsStatus() throws Exception {
    service.serve(
        "/anyones",
        exchange ->
            answer(
                exchange,
                409,
                "application/problem+json",
                "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"detail\":\"no\\nsuch\","
                    + "\"balance\":30,\"accounts\":[1,{\"a\":2}]}"));
    service.serve(
        "/agents",
        exchange ->
            answer(
                exchange,
                502,
                "application/problem+json",
                "{\"status\":502,\"detail\":\"lost\",\"code\":\"APPLICATION\","
                    + "\"outcome\":\"PROCESSED\",\"details\":{\"shelf\":\"7\"}}"));

    assertThat(failure(() -> service.channel("/anyones").request(ASK, QUESTION)))
        .hasMessage("no such");
    AgentException agents = failure(() -> service.channel("/agents").request(ASK, QUESTION));
    assertThat(agents.code()).isEqualTo(Code.APPLICATION);
    assertThat(agents.outcome()).isEqualTo(Outcome.PROCESSED);
    assertThat(agents.details()).containsEntry("shelf", "7");
  }

  @Test
  void aReplyLargerThanAllowedIsRefused() throws Exception {
    service.agent(Map.of("http.maxReply", "64KiB"));
    service.serve(
        "/ask",
        exchange -> answer(exchange, 200, "application/json", "\"" + "x".repeat(70_000) + "\""));
    service.serve(
        "/chat", exchange -> answer(exchange, 200, "application/x-ndjson", "x".repeat(70_000)));
    service.serve(
        "/numbers",
        exchange -> answer(exchange, 200, "application/json", "[[" + "1,".repeat(70_000) + "1]]"));
    service.serve(
        "/texts",
        exchange -> answer(exchange, 200, "text/event-stream", "data: xxxxxxxxx\n".repeat(10_000)));

    AgentException unary = failure(() -> service.channel("/").request(ASK, QUESTION));
    assertThat(unary.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(unary.outcome()).isEqualTo(Outcome.PROCESSED);
    assertThat(failure(() -> all(service.channel("/").stream(CHAT, QUESTION))).code())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(failure(() -> all(service.channel("/").stream(TEXTS, ""))).code())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(failure(() -> all(service.channel("/").stream(NUMBERS, 1))).code())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void whatCannotBeAskedOfAServiceIsRefusedHere() {
    AgentChannel channel = service.channel("");
    assertThat(failure(() -> channel.open(TALK).receive()).code()).isEqualTo(Code.UNIMPLEMENTED);
    for (Map.Entry<String, String> bad :
        Map.of("host", "a", "content-length", "1", "x-a", "b\r\nx-c: d").entrySet()) {
      AgentException failure =
          failure(
              () ->
                  channel.request(
                      ASK, QUESTION, CallOptions.metadata(bad.getKey(), bad.getValue())));
      assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
      assertThat(failure.getMessage()).contains(bad.getKey()).doesNotContain("\r");
    }
    assertThatThrownBy(() -> service.agent(Map.of()).channel("http-native://user:secret@host/"))
        .hasMessageContaining("must look like")
        .hasMessageNotContaining("secret");
    assertThat(service.seen).isEmpty();
  }
}
