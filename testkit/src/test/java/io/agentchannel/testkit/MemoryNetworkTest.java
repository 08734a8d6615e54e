package io.agentchannel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryNetworkTest {
  private LinkFixture links;
  private String name;

  @BeforeEach
  void listen() throws Exception {
    links = new LinkFixture(new MemoryTransport(), new MemoryTransport(), "memory://*");
    name = MemoryNetwork.nameOf(links.endpoint());
  }

  @AfterEach
  void close() {
    links.close();
    assertThat(MemoryNetwork.isListening(name)).isFalse();
    assertThat(MemoryNetwork.links(name)).isZero();
  }

  @Test
  void theNameOfAnEndpointEndsAtTheSlash() {
    assertThat(MemoryNetwork.nameOf(URI.create("memory:library"))).isEqualTo("library");
    assertThat(MemoryNetwork.nameOf(URI.create("memory://library"))).isEqualTo("library");
    assertThat(MemoryNetwork.nameOf(URI.create("memory://my_lib.1/agent?x=1")))
        .isEqualTo("my_lib.1");
    assertThatThrownBy(() -> MemoryNetwork.nameOf(URI.create("memory:///agent")))
        .isInstanceOfSatisfying(
            AgentException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT));
  }

  @Test
  void aCutIsToldToBothEndsWithItsCause() throws Exception {
    LinkFixture.Ends ends = links.connect();
    assertThat(MemoryNetwork.links(name)).isEqualTo(1);

    assertThat(MemoryNetwork.cut(name)).isEqualTo(1);

    assertThat(ends.atNear().closed()).isInstanceOf(IOException.class);
    assertThat(ends.atFar().closed()).isInstanceOf(IOException.class);
    assertThat(MemoryNetwork.links(name)).isZero();
    links.connect().exchange("still works");
  }

  @Test
  void aRefusingPlaceKeepsItsLinksAndTakesNoNew() throws Exception {
    LinkFixture.Ends ends = links.connect();
    MemoryNetwork.refuse(name);

    assertThatThrownBy(links::connect)
        .isInstanceOfSatisfying(
            AgentException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
              assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
            });
    ends.exchange("hello");
    MemoryNetwork.heal(name);
    links.connect().exchange("again");
  }

  @Test
  void aPartitionEndsLinksAndRefusesOthersUntilHealed() throws Exception {
    LinkFixture.Ends ends = links.connect();
    MemoryNetwork.partition(name);

    assertThat(ends.atNear().closed()).isNotNull();
    assertThatThrownBy(links::connect).isInstanceOf(AgentException.class);
    MemoryNetwork.heal(name);
    links.connect().exchange("again");
  }

  @Test
  void aFrozenLinkIsSilentUntilItsOwnEndCloses() throws Exception {
    LinkFixture.Ends ends = links.connect();
    ends.exchange("before");
    MemoryNetwork.freeze(name);

    assertThat(ends.near().send(LinkFixture.packet("lost"))).isTrue();
    links.connect().exchange("new links work");
    ends.near().close();
    assertThat(ends.atNear().closed()).isNull();
    links.connect().exchange("whoever closed a frozen link tells nobody");
    assertThat(ends.atFar().texts()).containsExactly("before");
    assertThat(ends.atFar().isClosed()).isFalse();
  }

  @Test
  void healingEndsFrozenLinks() throws Exception {
    LinkFixture.Ends ends = links.connect();
    MemoryNetwork.freeze(name);
    MemoryNetwork.heal(name);

    assertThat(ends.atNear().closed()).isInstanceOf(IOException.class);
    assertThat(ends.atFar().closed()).isInstanceOf(IOException.class);
  }

  @Test
  void aSenderThatIgnoresReadinessIsCutOffAtTheBound() throws Exception {
    LinkFixture.Ends ends = links.connect();
    links.block(ends.far());
    int sent = 0;
    while (ends.near().send(LinkFixture.packet(MemoryLink.MAX_PACKET))) {
      sent++;
      assertThat(sent).isLessThan(1_000);
    }
    links.release();

    assertThat((long) sent * MemoryLink.MAX_PACKET).isBetween(8L << 20, 16L << 20);
    assertThat(ends.atNear().closed()).hasMessageContaining("bound");
    assertThat(ends.atFar().closed()).hasMessageContaining("bound");
  }

  @Test
  void aReceiverThatThrowsBreaksItsLinkAndNoOther() throws Exception {
    LinkFixture.Ends other = links.connect();
    LinkFixture.Ends ends = links.connect();
    ends.atFar().failOn("bad");
    ends.near().send(LinkFixture.packet("bad"));

    assertThat(ends.atFar().closed()).hasMessage("bad");
    assertThat(ends.atNear().closed()).hasMessage("bad");
    other.exchange("unharmed");
  }

  @Test
  void packetsAreHandedOverWithoutACopy() throws Exception {
    LinkFixture.Ends ends = links.connect();
    var packet = LinkFixture.packet("same");
    ends.near().send(packet);

    assertThat(ends.atFar().nextText()).isEqualTo("same");
    assertThat(ends.atFar().lentLast()).isSameAs(packet);
  }

  @Test
  void aClosedTransportMakesNoLinks() {
    links.caller().close();

    assertThatThrownBy(links::connect)
        .isInstanceOf(AgentException.class)
        .hasMessage("this agent is closed");
  }
}
