package io.agentchannel.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.StringValue;
import com.google.protobuf.Timestamp;
import io.agentchannel.Agent;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ProtobufCodecTest {
  private static final Unary<Timestamp, StringValue> WHEN =
      Operation.unary("when", Timestamp.class, StringValue.class);
  private static final Streaming<Duration, Duration> TICKS =
      Operation.streaming("ticks", Duration.class, Duration.class);

  private final ProtobufCodec codec = new ProtobufCodec();

  @Test
  void messagesAreFoundByTheirClassWithoutARegistration() {
    Map<String, Object> config = Map.of("trust.policy", "open", "identity", "ephemeral");
    try (Agent clock =
            Agent.builder(AgentConfig.of(config))
                .name("clock")
                .listen("memory://protobuf-clock")
                .serve(WHEN, (at, call) -> StringValue.of(at.getSeconds() + " s"))
                .serveStream(
                    TICKS,
                    (step, out, call) -> {
                      for (int i = 1; i <= 3; i++) {
                        out.send(Duration.newBuilder().setSeconds(i * step.getSeconds()).build());
                      }
                    })
                .start();
        Agent caller = Agent.builder(AgentConfig.of(config)).name("caller").start()) {
      var channel = caller.channel("memory://protobuf-clock");

      assertThat(channel.request(WHEN, Timestamp.newBuilder().setSeconds(7).build()).getValue())
          .isEqualTo("7 s");
      List<Long> ticks = new ArrayList<>();
      channel.stream(TICKS, Duration.newBuilder().setSeconds(5).build())
          .forEach(tick -> ticks.add(tick.getSeconds()));
      assertThat(ticks).containsExactly(5L, 10L, 15L);
    }
  }

  @Test
  void generatedClassesAreTakenAndNothingElse() {
    assertThat(codec.supports(Timestamp.class)).isTrue();
    assertThat(codec.supports(Message.class)).isFalse();
    assertThat(codec.supports(MessageLite.class)).isFalse();
    assertThat(codec.supports(String.class)).isFalse();
    assertThat(codec.supports(Record.class)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/protobuf",
        "Application/X-Protobuf",
        "application/protobuf; proto=google.protobuf.StringValue",
        "application/octet-stream"
      })
  void whatCarriesProtobufIsRead(String contentType) {
    byte[] body = StringValue.of("hello").toByteArray();

    assertThat(codec.decode(Payload.of(contentType, body), StringValue.class))
        .isEqualTo(StringValue.of("hello"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/plain; charset=utf-8"})
  void anotherFormatIsRefused(String contentType) {
    Payload payload = Payload.of(contentType, "{}".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> codec.decode(payload, StringValue.class))
        .isInstanceOfSatisfying(
            AgentException.class, e -> assertThat(e.code()).isEqualTo(Code.INVALID_ARGUMENT))
        .hasMessage("cannot read StringValue: it is to be application/protobuf");
  }

  @Test
  void bytesThatAreNoMessageAreRefused() {
    Payload payload = Payload.of("application/protobuf", new byte[] {(byte) 0xff, 1, 2});

    assertThatThrownBy(() -> codec.decode(payload, StringValue.class))
        .isInstanceOfSatisfying(
            AgentException.class, e -> assertThat(e.code()).isEqualTo(Code.INVALID_ARGUMENT));
  }

  @Test
  void aFieldThatIsNotKnownBreaksNothingAndIsKept() {
    Timestamp wider = Timestamp.newBuilder().setSeconds(1).setNanos(2).build();
    Object narrow =
        codec.decode(Payload.of("application/protobuf", wider.toByteArray()), StringValue.class);

    // In a StringValue field 1 is a text, in a Timestamp a number: an unknown field of its number.
    assertThat(((StringValue) narrow).getValue()).isEmpty();
    assertThat(((StringValue) narrow).toByteArray()).isEqualTo(wider.toByteArray());
  }

  @Test
  void theNameOfTheMessageIsItsShape() {
    assertThat(codec.shapeOf(Timestamp.class)).isEqualTo("protobuf google.protobuf.Timestamp");
  }
}
