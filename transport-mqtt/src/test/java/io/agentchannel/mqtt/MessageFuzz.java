package io.agentchannel.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Whatever somebody writes into topics, inboxes and requests: it is understood, or it is not. */
class MessageFuzz {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_ROOT);
  private static final int LONGEST_TEXT = 2_000;

  @FuzzTest
  void itIsReadOrNot(byte[] bytes) {
    // As texts come: the client library lets none through that is no UTF-8.
    String text =
        new String(bytes, 0, Math.min(bytes.length, LONGEST_TEXT), StandardCharsets.UTF_8)
            .replace("\0", "");
    checkInbox(text);
    checkLevel(text);
    checkReplyTopic(text);
    checkGreeting(bytes);
    checkLinkId(bytes);
    checkRequest(text);
  }

  private static void checkInbox(String topic) {
    Topics.Inbox inbox = TOPICS.inboxOf(topic);
    if (inbox != null) {
      assertThat(TOPICS.inbox(inbox.agent(), inbox.place())).isEqualTo(topic);
      assertThat(inbox.topic()).isEqualTo(topic).matches("[!-~&&[^+#]]+");
    }
  }

  private static void checkLevel(String text) {
    String level = Topics.escape(text);
    assertThat(level).matches("[A-Za-z0-9._:%-]*");
    assertThat(Topics.unescape(level)).isEqualTo(text);
    String name = Topics.unescape(text);
    if (name != null) {
      assertThat(Topics.escape(name)).isEqualTo(text);
    }
  }

  private static void checkReplyTopic(String topic) {
    if (TOPICS.mayAnswerAt(topic)) {
      assertThat(topic).doesNotStartWith("$");
      assertThat(topic + "/")
          .satisfiesAnyOf(
              other -> assertThat(other).doesNotStartWith(Topics.DEFAULT_ROOT + "/"),
              reply -> assertThat(reply).startsWith(Topics.DEFAULT_ROOT + "/reply/"));
    }
  }

  private static void checkGreeting(byte[] bytes) {
    Greeting greeting = Greeting.read(bytes);
    if (greeting != null) {
      assertThat(greeting.seal()).hasSize(32);
      assertThat(greeting.name().length()).isLessThanOrEqualTo(128);
      // Where its sender's Last Will comes: one place, whatever the name.
      assertThat(TOPICS.card(greeting.name()))
          .matches("agentchannel/v1/agents/[A-Za-z0-9._:%-]*/card");
      assertThat(greeting.isSealOf(bytes)).isFalse();
    }
  }

  private static void checkLinkId(byte[] bytes) {
    LinkId id = LinkId.of(Optional.of(ByteBuffer.wrap(bytes)));
    assertThat(id != null).isEqualTo(bytes.length == 16);
    if (id != null) {
      assertThat(id.toBytes()).isEqualTo(ByteBuffer.wrap(bytes));
    }
  }

  /** Its lines are a request's user properties, and all of it its body. */
  private static void checkRequest(String text) {
    var properties = Mqtt5Publish.builder().topic("any").payload(bytes(text)).userProperties();
    for (String line : text.split("\n", 20)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        properties = properties.add(line.substring(0, colon), line.substring(colon + 1).trim());
      }
    }
    try {
      GuestRequest request = GuestRequest.of(properties.applyUserProperties().build());
      assertThat(request.body().body()).isEqualTo(ByteBuffer.wrap(bytes(text)));
      assertThat(request.metadata().keySet()).allMatch(name -> !name.matches("authorization"));
    } catch (AgentException refused) {
      assertThat(refused.code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(refused.getMessage()).matches("[ -~]{1,200}");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
