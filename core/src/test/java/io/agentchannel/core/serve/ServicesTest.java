package io.agentchannel.core.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentCard.CardOperation;
import io.agentchannel.AgentCard.CardTopic;
import io.agentchannel.Call;
import io.agentchannel.Handler;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Topic;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServicesTest {
  record Question(String text) {}

  private final Rig rig = new Rig();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void agentDescribesWhatItServes() {
    Handler.Unary<Question, String> ask = (q, call) -> q.text();
    Handler.OneWay<String> note = (q, call) -> {};
    rig.serve(Operation.unary("ask", Question.class, String.class).idempotent(), ask)
        .serve(Operation.oneWay("note", String.class), note)
        .topic(Topic.of("news", Question.class));
    RecordedReplies replies = new RecordedReplies();
    rig.dispatcher()
        .start(rig.call(Services.DESCRIBE), replies)
        .item(Payload.ofBytes(new byte[0]), true);
    Payload reply = replies.awaitEnd().items().get(0);
    Description description = (Description) rig.codecs.decode(reply, Description.class);
    assertThat(description.name()).isEqualTo("librarian");
    assertThat(description.id()).startsWith("did:key:z6Mk");
    assertThat(description.operations())
        .containsExactly(
            new CardOperation(
                "ask",
                Call.Kind.UNARY,
                true,
                rig.codecs.shapeOf(Question.class),
                rig.codecs.shapeOf(String.class)),
            new CardOperation(
                "note", Call.Kind.ONE_WAY, false, rig.codecs.shapeOf(String.class), null));
    assertThat(description.topics())
        .isEqualTo(List.of(new CardTopic("news", rig.codecs.shapeOf(Question.class))));
  }

  @Test
  void kindsAreKnownByName() {
    Handler.Unary<Question, String> ask = (q, call) -> q.text();
    Services services =
        rig.serve(Operation.unary("ask", Question.class, String.class), ask).services();
    assertThat(services.kindOf("ask")).isEqualTo(Call.Kind.UNARY);
    assertThat(services.kindOf("agentchannel.subscribe")).isEqualTo(Call.Kind.STREAMING);
    assertThat(services.kindOf("nothing")).isNull();
  }
}
