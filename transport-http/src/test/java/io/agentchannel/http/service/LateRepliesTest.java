package io.agentchannel.http.service;

import static io.agentchannel.http.service.ForeignService.answer;
import static io.agentchannel.http.service.ForeignService.failure;
import static io.agentchannel.http.service.ForeignService.next;
import static io.agentchannel.http.service.Questions.ASK;
import static io.agentchannel.http.service.Questions.QUESTION;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.OneWay;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.http.service.Questions.Answer;
import io.agentchannel.http.service.Questions.Question;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Services that accept a request, and have its reply later. */
@Timeout(60)
class LateRepliesTest {
  private static final OneWay<Question> NOTE = Operation.oneWay("note", Question.class);

  @RegisterExtension final ForeignService service = new ForeignService();

  @Test
  void aReplyIsAskedForWhereTheServiceSays() throws Exception {
    AtomicInteger polls = new AtomicInteger();
    service.serve(
        "/ask",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/jobs/1");
          exchange.getResponseHeaders().set("Retry-After", "0");
          answer(exchange, 202, "application/json", "{}");
        });
    service.serve(
        "/jobs/1",
        exchange -> {
          switch (polls.incrementAndGet()) {
            case 1 -> {
              exchange.getResponseHeaders().set("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT");
              answer(exchange, 202, "application/json", "{}");
            }
            case 2 -> answer(exchange, 503, "text/plain", "busy");
            case 3 -> {
              exchange.getResponseHeaders().set("Location", "/results/1");
              answer(exchange, 303, "text/plain", "");
            }
            default -> answer(exchange, 500, "text/plain", "");
          }
        });
    service.serve(
        "/results/1", exchange -> answer(exchange, 200, "application/json", "{\"text\":\"so\"}"));

    assertThat(
            service
                .channel("")
                .request(ASK, QUESTION, CallOptions.metadata("authorization", "Bearer s")))
        .isEqualTo(new Answer("so"));
    assertThat(next(service.seen).method()).isEqualTo("POST");
    ForeignService.Seen poll = next(service.seen);
    assertThat(poll.method()).isEqualTo("GET");
    assertThat(poll.headers()).containsEntry("authorization", "Bearer s");
    assertThat(polls).hasValue(3);
  }

  @Test
  void aReplyIsNotAskedForAtAnotherHost() throws Exception {
    service.serve(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://169.254.169.254/latest");
          answer(exchange, 202, "application/json", "{}");
        });

    AgentException failure = failure(() -> service.channel("").request(ASK, QUESTION));
    assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void aCancelledCallAsksNoMore() throws Exception {
    AtomicInteger polls = new AtomicInteger();
    service.serve(
        "/",
        exchange -> {
          polls.incrementAndGet();
          exchange.getResponseHeaders().set("Location", "/jobs/1");
          exchange.getResponseHeaders().set("Retry-After", "3600");
          answer(exchange, 202, "application/json", "{}");
        });
    CompletableFuture<Answer> reply = service.channel("").requestAsync(ASK, QUESTION);
    Awaitility.await().until(() -> polls.get() == 1);

    assertThat(reply.cancel(true)).isTrue();
    // That nothing is left, timers apart, is looked at after the test.
  }

  @Test
  void aOneWayCallEndsWithTheAcceptance() throws Exception {
    service.serve(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/jobs/1");
          answer(exchange, 202, "application/json", "{}");
        });
    service.channel("/").send(NOTE, QUESTION);

    assertThat(next(service.seen).body()).isEqualTo("{\"text\":\"why\"}");
  }
}
