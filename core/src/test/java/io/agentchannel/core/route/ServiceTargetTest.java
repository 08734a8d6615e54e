package io.agentchannel.core.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.RouteReport;
import io.agentchannel.core.DirectSection;
import io.agentchannel.core.serve.Services;
import io.agentchannel.spi.PlainService;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServiceTargetTest {
  private static final URI ENDPOINT = URI.create("x-native://host/service");

  private final Service service = new Service();
  private final ServiceTarget target = new ServiceTarget("billing", ENDPOINT, service);
  private final Caller caller = new Caller();

  @Test
  void aCallGoesToTheServiceAndItsReplyBack() {
    target.start(call("sum", Call.Kind.UNARY), caller);
    assertThat(target.awaitedReplies()).isEqualTo(1);
    service.replies.item(Payload.ofText("3"), true);

    assertThat(caller.said).containsExactly("3 last");
    assertThat(target.awaitedReplies()).isZero();
    assertThat(route().state()).isEqualTo(RouteReport.State.CONNECTED);
    assertThat(route().chosen()).isTrue();
  }

  @Test
  void aStreamKeepsNobodyWaiting() {
    target.start(call("list", Call.Kind.STREAMING), caller);

    assertThat(target.awaitedReplies()).isZero();
  }

  @Test
  void whatTheServiceSaysComesOnAThreadThatMustNotWait() {
    caller.onItem =
        () ->
            assertThatThrownBy(() -> DirectSection.requireMayBlock("request"))
                .isInstanceOf(AgentException.class);
    target.start(call("sum", Call.Kind.UNARY), caller);
    service.replies.item(Payload.ofText("3"), true);

    assertThat(caller.said).hasSize(1);
    assertThat(DirectSection.isCurrent()).isFalse();
  }

  @Test
  void whatDoesNotReachTheServiceIsSeenInTheReport() {
    assertThat(route().state()).isEqualTo(RouteReport.State.UNTRIED);
    for (int i = 0; i < 2; i++) {
      target.start(call("sum", Call.Kind.UNARY), caller);
      service.replies.end(new AgentException(Code.UNAVAILABLE, Outcome.NOT_SENT, "refused"));
    }

    assertThat(route().state()).isEqualTo(RouteReport.State.FAILED);
    assertThat(route().failures()).isEqualTo(2);
    assertThat(route().lastError()).isEqualTo("refused");
    assertThat(target.awaitedReplies()).isZero();
    target.start(call("sum", Call.Kind.UNARY), caller);
    service.replies.item(Payload.ofText("3"), true);
    assertThat(route().failures()).isZero();
    assertThat(route().lastError()).isNull();
  }

  @Test
  void aServiceHasNothingThatOnlyAgentsHave() {
    target.start(call(Services.SUBSCRIBE.name(), Call.Kind.STREAMING), caller);

    assertThat(service.started).isZero();
    assertThat(caller.said)
        .singleElement()
        .asString()
        .startsWith("UNIMPLEMENTED NOT_SENT billing is a plain service");
  }

  @Test
  void closingEndsTheService() {
    assertThat(target.close()).isCompleted();
    assertThat(service.closed).isTrue();
  }

  private RouteReport.Route route() {
    return target.explain().routes().get(0);
  }

  private static Call call(String operation, Call.Kind kind) {
    return new Call(operation, kind, "billing", null, "", Map.of(), null, null, null, false, false);
  }

  private static final class Service implements PlainService {
    @Nullable Replies replies;
    int started;
    boolean closed;

    @Override
    public Requests start(Call call, Replies to) {
      started++;
      replies = to;
      return Requests.ended();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static final class Caller implements Replies {
    final List<String> said = new ArrayList<>();
    Runnable onItem = () -> {};

    @Override
    public void item(Payload item, boolean last) {
      onItem.run();
      said.add(item.utf8() + (last ? " last" : ""));
    }

    @Override
    public void end(@Nullable AgentException failure) {
      said.add(
          failure == null
              ? "end"
              : failure.code() + " " + failure.outcome() + " " + failure.getMessage());
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
