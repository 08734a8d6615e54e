package io.agentchannel.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Admission admission = new Admission(1);
  private final List<Replies> started = new ArrayList<>();
  private final Interceptor.Next next =
      (call, replies) -> {
        started.add(replies);
        return Requests.ended();
      };

  private static Call call(String operation) {
    return new Call(
        operation, Call.Kind.UNARY, "peer", null, "", Map.of(), null, null, null, false, false);
  }

  private Ending intercept(String operation) {
    Ending ending = new Ending();
    admission.intercept(call(operation), ending, next);
    return ending;
  }

  @Test
  void beyondTheBoundACallIsRefusedBeforeItsHandlerIsStarted() {
    intercept("run");

    Ending refused = intercept("run");

    assertThat(started).hasSize(1);
    assertThat(refused.failure.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(refused.failure.outcome()).isEqualTo(Outcome.NOT_SENT);
  }

  @Test
  void eachEndMakesRoomOnce() {
    intercept("run");
    started.get(0).item(Payload.ofText("reply"), true);
    started.get(0).end(null);

    assertThat(intercept("run").failure).isNull();
    assertThat(intercept("run").failure).isNotNull();
  }

  @Test
  void anItemThatIsNotTheLastMakesNoRoom() {
    intercept("run");
    started.get(0).item(Payload.ofText("item"), false);

    assertThat(intercept("run").failure).isNotNull();
  }

  @Test
  void aCallThatCannotBeStartedMakesRoom() {
    Interceptor.Next broken =
        (call, replies) -> {
          throw new IllegalStateException("broken");
        };

    assertThatThrownBy(() -> admission.intercept(call("run"), new Ending(), broken))
        .hasMessage("broken");
    assertThat(intercept("run").failure).isNull();
  }

  @Test
  void theRuntimesOwnOperationsAlwaysPass() {
    intercept("run");

    assertThat(intercept("agentchannel.describe").failure).isNull();
  }

  private static final class Ending implements Replies {
    AgentException failure;

    @Override
    public void item(Payload item, boolean last) {}

    @Override
    public void end(AgentException failure) {
      this.failure = failure;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onReady() {}

    @Override
    public void taken(int count) {}
  }
}
