package io.agentchannel.http.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.ReplyStream;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An agent as the guest of another: both halves of plain HTTP understand each other. */
@Timeout(60)
class AgentAsServiceTest {
  @RegisterExtension final Library library = new Library();
  private Agent caller;
  private AgentChannel channel;

  @BeforeEach
  void start() {
    caller =
        Agent.start(
            AgentConfig.of(Map.of("name", "caller", "identity", "ephemeral", "drain", "200ms")));
    channel =
        caller.channel("http-native://127.0.0.1:" + library.base().getPort() + "/agents/library/");
  }

  @AfterEach
  void stop() {
    caller.close();
  }

  @Test
  void callsAndStreamsWorkAsWithAgents() {
    assertThat(channel.request(Library.ASK, new Library.Question("hello")))
        .isEqualTo(new Library.Answer("hello!"));
    int count = 0;
    try (ReplyStream<Library.Answer> stream = channel.stream(Library.COUNT, 500)) {
      for (Library.Answer answer : stream) {
        assertThat(answer.text()).isEqualTo(String.valueOf(++count));
      }
    }
    assertThat(count).isEqualTo(500);
  }

  @Test
  void failuresKeepTheirCodeOutcomeAndDetails() {
    AgentException failure =
        catchThrowableOfType(AgentException.class, () -> channel.request(Library.FAIL, "lost"));
    assertThat(failure.code()).isEqualTo(Code.APPLICATION);
    assertThat(failure.outcome()).isEqualTo(Outcome.PROCESSED);
    assertThat(failure).hasMessage("lost");
    assertThat(failure.details()).containsEntry("shelf", "7");

    try (ReplyStream<String> stream = channel.stream(Library.BREAK, "torn")) {
      var items = stream.iterator();
      assertThat(items.next()).isEqualTo("first");
      AgentException torn = catchThrowableOfType(AgentException.class, items::hasNext);
      assertThat(torn.code()).isEqualTo(Code.APPLICATION);
      assertThat(torn).hasMessage("torn");
    }
  }
}
