package io.agentchannel.core.call;

import static io.agentchannel.core.call.Fixture.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Conversation;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.core.codec.Codecs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The side of a handler, which differs from the opener's in that the other may half-close. */
class DuplexSideTest {
  private final List<String> sent = new ArrayList<>();
  private int taken;

  private final DuplexSide.Port port =
      new DuplexSide.Port() {
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
          side().end(new AgentException(reason.code(), Outcome.PROCESSED, "known below"));
        }
      };

  private final DuplexSide<String, String> side =
      new DuplexSide<>("talk", port, new Codecs(List.of()), String.class, String.class);

  private DuplexSide<String, String> side() {
    return side;
  }

  @Test
  void handlerGoesOnSendingAfterTheOpenerHasCompleted() {
    Conversation<String, String> talk = side.conversation();
    side.item(Payload.ofText("last words"));
    side.complete();
    assertThat(talk.receive()).isEqualTo("last words");
    assertThat(talk.receive()).isNull();
    talk.send("answer");
    talk.complete();
    assertThat(sent).containsExactly("answer", "complete");
    assertThat(taken).isOne();
  }

  @Test
  void callCancelledByTheOpenerFailsBothDirections() {
    Conversation<String, String> talk = side.conversation();
    side.complete();
    side.end(new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "the caller is gone"));
    assertThat(failureOf(() -> talk.send("x")).code()).isEqualTo(Code.CANCELLED);
    talk.close();
    assertThat(sent).isEmpty();
  }

  @Test
  void givingUpDropsWhatWasNotReceivedAndKeepsTheOutcomeFromBelow() {
    Conversation<String, String> talk = side.conversation();
    side.item(Payload.ofText("one"));
    side.item(Payload.ofText("two"));
    side.giveUp(new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "enough"));
    assertThat(failureOf(talk::receive)).hasMessage("known below");
    assertThat(failureOf(() -> talk.send("x")).outcome()).isEqualTo(Outcome.PROCESSED);
    assertThat(sent).containsExactly("cancel CANCELLED");
    assertThat(taken).isEqualTo(2);
    side.item(Payload.ofText("late"));
    assertThat(taken).isEqualTo(3);
  }
}
