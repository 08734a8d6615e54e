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
import io.agentchannel.core.codec.Codecs;
import io.agentchannel.core.config.Settings;
import io.agentchannel.core.serve.Events;
import io.agentchannel.core.serve.Services;
import io.agentchannel.spi.PlainService;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceTargetTest {
  private static final URI ENDPOINT = URI.create("x-native://host/service");

  private static final int BUFFER = 8;

  private final Service service = new Service();
  private final ServiceTarget target = target(Settings.Overflow.DROP);
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
    target.start(call(Services.DESCRIBE.name(), Call.Kind.UNARY), caller);

    assertThat(service.started).isZero();
    assertThat(caller.said)
        .singleElement()
        .asString()
        .startsWith("UNIMPLEMENTED NOT_SENT billing is a plain service");
  }

  @Test
  void aServiceHasNoTopicsUnlessItSaysSo() {
    service.topics = false;
    subscribe("news");

    assertThat(service.started).isZero();
    assertThat(caller.said)
        .containsExactly("UNIMPLEMENTED NOT_SENT billing is a plain service: it has no topics");
  }

  @Test
  void theEventsOfATopicComeUntilTheSubscriberHasEnough() {
    Requests requests = subscribe("news");
    assertThat(service.topic).isEqualTo("news");
    service.replies.accepted();
    service.replies.item(Payload.ofText("one"), false);
    requests.cancel(new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "enough"));
    service.replies.item(Payload.ofText("two"), false);
    service.replies.end(service.cancelled);

    assertThat(caller.said).containsExactly("accepted", "one", "two", "CANCELLED UNKNOWN enough");
    assertThat(target.awaitedReplies()).isZero();
  }

  @Test
  void aSubscriberThatIsTooSlowLosesTheOldestEventsAndIsToldHowMany() {
    Requests requests = subscribe("news");
    publish(0, 16 + BUFFER + 5);
    assertThat(caller.said).hasSize(16);
    requests.taken(100);
    publish(100, 101);

    assertThat(caller.said)
        .hasSize(16 + 1 + BUFFER + 1)
        .startsWith("0", "1")
        .contains("{\"count\":5}", "21", "22")
        .doesNotContain("16", "20")
        .endsWith("100");
  }

  @Test
  void aSubscriberThatIsTooSlowLosesItsSubscriptionWhereThatIsConfigured() {
    Requests requests = subscribe(target(Settings.Overflow.CLOSE), "{\"topic\":\"news\"}");
    publish(0, 16 + BUFFER + 1);

    assertThat(caller.said).hasSize(17).last().asString().startsWith("RESOURCE_EXHAUSTED");
    assertThat(service.cancelled).isNotNull();
    requests.taken(16);
    assertThat(caller.said).hasSize(17);
  }

  @Test
  void whatCameBeforeTheServiceEndedIsStillGiven() {
    Requests requests = subscribe("news");
    publish(0, 20);
    service.replies.end(new AgentException(Code.UNAVAILABLE, Outcome.UNKNOWN, "gone"));
    assertThat(caller.said).hasSize(16);
    requests.taken(16);

    assertThat(caller.said).hasSize(21).endsWith("19", "UNAVAILABLE UNKNOWN gone");
  }

  @Test
  void aSubscriberWhoDoesNotWaitForWhatIsLeftIsLetGo() {
    Requests requests = subscribe("news");
    publish(0, 20);
    service.replies.end(null);
    requests.cancel(new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "enough"));

    assertThat(caller.said).hasSize(17).endsWith("CANCELLED UNKNOWN enough");
  }

  @Test
  void aSubscriptionThatIsGivenUpBeforeItIsMadeNeverReachesTheService() {
    Requests requests = target.start(call(Services.SUBSCRIBE.name(), Call.Kind.STREAMING), caller);
    requests.cancel(new AgentException(Code.CANCELLED, Outcome.NOT_SENT, "never mind"));
    requests.item(Payload.ofJson("{\"topic\":\"news\"}"), true);

    assertThat(service.topic).isNull();
    assertThat(caller.said).containsExactly("CANCELLED NOT_SENT never mind");
  }

  @Test
  void aNoticeOfLossThatTheServiceMadeUpIsAnEventLikeOthers() {
    subscribe("news");
    service.replies.item(
        Payload.of(Events.DROPPED, "{\"count\":7}".getBytes(StandardCharsets.UTF_8)), false);

    assertThat(caller.types).containsExactly(Payload.JSON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"topic\":\"a/b\"}", "{}", "null", "[", ""})
  void aTopicThatIsNoneIsRefusedHere(String request) {
    subscribe(target, request);

    assertThat(service.topic).isNull();
    assertThat(caller.said).singleElement().asString().startsWith("INVALID_ARGUMENT NOT_SENT");
  }

  private ServiceTarget target(Settings.Overflow overflow) {
    return new ServiceTarget(
        "billing",
        ENDPOINT,
        service,
        new Codecs(List.of()),
        new Settings.Events(BUFFER, overflow, Set.of()));
  }

  private Requests subscribe(String topic) {
    return subscribe(target, "{\"topic\":\"" + topic + "\"}");
  }

  private Requests subscribe(ServiceTarget at, String request) {
    Requests requests = at.start(call(Services.SUBSCRIBE.name(), Call.Kind.STREAMING), caller);
    requests.item(Payload.ofJson(request), true);
    return requests;
  }

  private void publish(int from, int to) {
    for (int i = from; i < to; i++) {
      service.replies.item(Payload.ofText(String.valueOf(i)), false);
    }
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
    @Nullable String topic;
    @Nullable AgentException cancelled;
    boolean topics = true;
    int started;
    boolean closed;

    @Override
    public Requests start(Call call, Replies to) {
      started++;
      replies = to;
      return Requests.ended();
    }

    @Override
    public Requests subscribe(String wanted, Call call, Replies to) {
      if (!topics) {
        return PlainService.super.subscribe(wanted, call, to);
      }
      topic = wanted;
      replies = to;
      return new Subscriber();
    }

    private final class Subscriber implements Requests {
      @Override
      public void item(Payload item, boolean last) {}

      @Override
      public void complete() {}

      @Override
      public void cancel(AgentException reason) {
        cancelled = reason;
      }

      @Override
      public boolean isReady() {
        return false;
      }

      @Override
      public void onReady() {}

      @Override
      public void taken(int count) {}
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static final class Caller implements Replies {
    final List<String> said = new ArrayList<>();
    final List<String> types = new ArrayList<>();
    Runnable onItem = () -> {};

    @Override
    public void item(Payload item, boolean last) {
      onItem.run();
      said.add(item.utf8() + (last ? " last" : ""));
      types.add(item.contentType());
    }

    @Override
    public void accepted() {
      said.add("accepted");
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
