package io.agentchannel.core.call;

import static io.agentchannel.core.call.Fixture.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.core.codec.Codecs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TalkTest {
  private final List<String> sent = new ArrayList<>();
  private int taken;

  private final Talk.Port port =
      new Talk.Port() {
        @Override
        public void send(Payload message) {
          sent.add(message.utf8());
        }

        @Override
        public void complete() {
          sent.add("complete");
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void taken(int count) {
          taken += count;
        }

        @Override
        public void cancel(AgentException reason) {
          sent.add("cancel " + reason.code());
          talk().end(new AgentException(reason.code(), Outcome.PROCESSED, "known below"));
        }
      };

  private final Talk<String, String> talk =
      new Talk<>("talk", port, new Codecs(List.of()), String.class, String.class);

  private Talk<String, String> talk() {
    return talk;
  }

  @Test
  void whatIsSentReceivedAndCompletedReachesThePort() {
    talk.item(Payload.ofText("question"));
    assertThat(talk.receive()).isEqualTo("question");
    talk.send("answer");
    talk.complete();
    assertThat(sent).containsExactly("answer", "complete");
    assertThat(taken).isOne();
  }

  @Test
  void callCancelledByTheOtherSideFailsBothDirections() {
    talk.end(new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "the caller is gone"));
    assertThat(failureOf(() -> talk.send("x")).code()).isEqualTo(Code.CANCELLED);
    talk.close();
    assertThat(sent).isEmpty();
  }

  @Test
  void givingUpDropsWhatWasNotReceivedAndKeepsTheOutcomeFromBelow() {
    talk.item(Payload.ofText("one"));
    talk.item(Payload.ofText("two"));
    talk.stop(new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "enough"));
    assertThat(failureOf(talk::receive)).hasMessage("known below");
    assertThat(failureOf(() -> talk.send("x")).outcome()).isEqualTo(Outcome.PROCESSED);
    assertThat(sent).containsExactly("cancel CANCELLED");
    assertThat(taken).isEqualTo(2);
    talk.item(Payload.ofText("late"));
    assertThat(taken).isEqualTo(3);
  }
}
