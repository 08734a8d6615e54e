package io.agentchannel.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusTest {
  private static final Map<String, String> DETAILS = Map.of("a", "b");

  @Test
  void anExceptionSurvivesTheTravel() {
    AgentException failure =
        new AgentException(Code.ALREADY_EXISTS, Outcome.NOT_SENT, "why", DETAILS, null);

    AgentException back = Status.of(failure).toException();

    assertThat(back.code()).isEqualTo(Code.ALREADY_EXISTS);
    assertThat(back.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(back).hasMessage("why");
    assertThat(back.details()).isEqualTo(DETAILS);
  }

  @Test
  void whatEndedWellHasNoException() {
    assertThat(Status.of((AgentException) null)).isSameAs(Status.OK);
    assertThat(Status.OK.toException()).isNull();
  }

  @Test
  void aLongMessageIsCutButNotInTheMiddleOfACharacter() {
    String message = "x".repeat(4095) + "😀";

    assertThat(Status.of(Code.INTERNAL, Outcome.UNKNOWN, message).message()).hasSize(4095);
    assertThat(Status.of(Code.INTERNAL, Outcome.UNKNOWN, "x" + message).message()).hasSize(4096);
  }

  @Test
  void aStatusThatFitsStaysAsItIs() {
    Status status = new Status(Code.APPLICATION, Outcome.PROCESSED, "why", DETAILS);

    assertThat(status.fitting(StatusMessage.size(status))).isSameAs(status);
  }

  @Test
  void detailsGoBeforeTheMessageDoes() {
    Status status = new Status(Code.APPLICATION, Outcome.PROCESSED, "why", DETAILS);

    assertThat(status.fitting(StatusMessage.size(status) - 1))
        .isEqualTo(new Status(Code.APPLICATION, Outcome.PROCESSED, "why", Map.of()));
  }

  @Test
  void detailsBeyondTheLimitsGoHoweverMuchRoomThereIs() {
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i <= WireLimits.MAX_ENTRIES; i++) {
      many.put("n" + i, "");
    }
    Status status = new Status(Code.APPLICATION, Outcome.PROCESSED, "why", many);

    assertThat(status.fitting(1 << 20).details()).isEmpty();
    assertThat(status.fitting(1 << 20).message()).isEqualTo("why");
  }

  @Test
  void whateverRoomThereIsTheStatusTakesNoMore() {
    Status status = new Status(Code.APPLICATION, Outcome.PROCESSED, "aé€😀".repeat(200), DETAILS);

    for (int room = 4; room <= StatusMessage.size(status); room++) {
      Status fitting = status.fitting(room);

      assertThat(StatusMessage.size(fitting)).isLessThanOrEqualTo(room);
      assertThat(status.message()).startsWith(fitting.message());
      assertThat(Utf8.isWellFormed(fitting.message())).isTrue();
      assertThat(fitting.code()).isEqualTo(Code.APPLICATION);
      assertThat(fitting.outcome()).isEqualTo(Outcome.PROCESSED);
    }
  }
}
