package io.agentchannel.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
  private static final AgentId ID = AgentId.ofPublicKey(new byte[32]);

  private final Topics topics = new Topics("agents/test");

  @ParameterizedTest
  @ValueSource(
      strings = {"", "$SYS", "$share/a", "a//b", "/a", "a/", "a/+", "#", "a b", "ä", "a\u0000b"})
  void rootsThatTopicsCannotBeUnderAreRefused(String root) {
    assertThatThrownBy(() -> new Topics(root))
        .isInstanceOf(AgentException.class)
        .hasMessageContaining("mqtt.root");
  }

  @ParameterizedTest
  @CsvSource({
    "librarian, librarian",
    "a.b_c-1, a.b_c-1",
    "a/b, a%2Fb",
    "+, %2B",
    "#, %23",
    "100%, 100%25",
    "'a b', a%20b",
    "ä, %C3%A4",
    "$SYS, %24SYS"
  })
  void aNameIsOneLevelAndComesBack(String name, String level) {
    assertThat(Topics.escape(name)).isEqualTo(level);
    assertThat(Topics.unescape(level)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "a+", "%", "%2", "%zz", "%2f", "%61", "a b", "%FF"})
  void whatTheRuleDoesNotWriteIsNoName(String level) {
    assertThat(Topics.unescape(level)).isNull();
  }

  @Test
  void anInboxIsTakenApart() {
    String topic = topics.inbox(ID, "0123456789abcdef-01234");

    assertThat(topics.inboxOf(topic))
        .isEqualTo(new Topics.Inbox(topic, ID, "0123456789abcdef-01234"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "agents/test/agents/ID/inbox/0123456789abcdef",
        "agents/test/agents/ID/inbox/0123456789abcdef-0123g",
        "agents/test/agents/ID/hello",
        "agents/test/agents//inbox/0123456789abcdef-01234",
        "agents/test/agents/x/ID/inbox/0123456789abcdef-01234",
        "agents/test/agents/did:key:z6Mk/inbox/0123456789abcdef-01234",
        "agents/other/agents/ID/inbox/0123456789abcdef-01234",
        "inbox/0123456789abcdef-01234"
      })
  void nothingElseIsAnInbox(String topic) {
    assertThat(topics.inboxOf(topic.replace("ID", ID.toString()))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "agents/test/reply/me, true",
    "agents/testing/anything, true",
    "elsewhere, true",
    "agents, true",
    "agents/test, false",
    "agents/test/reply, false",
    "agents/test/agents/x/request/y, false",
    "agents/test/events/x/y, false",
    "$SYS/broker, false",
    "$share/g/t, false"
  })
  void anAgentAnswersWhereItIsNobodysPlace(String topic, boolean allowed) {
    assertThat(topics.mayAnswerAt(topic)).isEqualTo(allowed);
  }
}
