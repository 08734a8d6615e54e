package io.agentchannel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.Transport;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostileTransportTest {
  private LinkFixture links;

  @AfterEach
  void close() {
    if (links != null) {
      links.close();
    }
  }

  @Test
  void whatFollowsTheLastPacketSentIsLostAndTheLinkBreaks() throws Exception {
    hostileCaller(Hostility.none().cutAfterSent(3));
    LinkFixture.Ends ends = links.connect();
    for (int i = 1; i <= 4; i++) {
      assertThat(ends.near().send(LinkFixture.packet("p" + i))).isTrue();
    }

    assertThat(ends.atNear().closed()).isInstanceOf(IOException.class).hasMessageContaining("cut");
    ends.atFar().closed();
    assertThat(ends.atFar().texts()).containsExactly("p1", "p2", "p3");
    assertThat(ends.near().send(LinkFixture.packet("p5"))).isFalse();
  }

  @Test
  void whatFollowsTheLastPacketReceivedIsLostAndTheLinkBreaks() throws Exception {
    hostileCaller(Hostility.none().cutAfterReceived(2));
    LinkFixture.Ends ends = links.connect();
    for (int i = 1; i <= 4; i++) {
      ends.far().send(LinkFixture.packet("p" + i));
    }

    assertThat(ends.atNear().closed()).isInstanceOf(IOException.class);
    assertThat(ends.atNear().texts()).containsExactly("p1", "p2");
    ends.atFar().closed();
  }

  @Test
  void onlySoManyLinksAreCut() throws Exception {
    hostileCaller(Hostility.none().cutAfterSent(0).times(2));
    for (int i = 0; i < 2; i++) {
      LinkFixture.Ends ends = links.connect();
      ends.near().send(LinkFixture.packet("lost"));
      assertThat(ends.atNear().closed()).isNotNull();
    }

    LinkFixture.Ends spared = links.connect();
    for (int i = 0; i < 10; i++) {
      spared.exchange("alive" + i);
    }
  }

  @Test
  void aSilentLinkIsReportedByNobodyUntilItIsClosed() throws Exception {
    hostileCaller(Hostility.none().silentAfter(2));
    LinkFixture.Ends ends = links.connect();
    ends.exchange("two packets");

    assertThat(ends.near().send(LinkFixture.packet("lost"))).isTrue();
    ends.far().send(LinkFixture.packet("lost too"));
    ends.far().close();
    assertThat(ends.atFar().closed()).isNull();
    assertThat(ends.atNear().isClosed()).isFalse();
    ends.near().close();

    assertThat(ends.atNear().closed()).isNull();
    assertThat(ends.atNear().texts()).containsExactly("two packets");
    assertThat(ends.atFar().texts()).containsExactly("two packets");
  }

  @Test
  void duplicatesAreWholeCopies() throws Exception {
    hostileCaller(Hostility.none().duplicate(100));
    LinkFixture.Ends ends = links.connect();
    ends.near().send(LinkFixture.packet("a"));
    ends.near().send(LinkFixture.packet("b"));
    ends.near().close();

    ends.atFar().closed();
    assertThat(ends.atFar().texts()).containsExactly("a", "a", "b", "b");
  }

  @Test
  void overtakenPacketsAllArrive() throws Exception {
    hostileCaller(Hostility.none().reorder(50).seed(1));
    LinkFixture.Ends ends = links.connect();
    List<String> sent = IntStream.range(0, 200).mapToObj(i -> "p" + i).toList();
    sent.forEach(text -> ends.near().send(LinkFixture.packet(text)));
    ends.near().close();

    ends.atFar().closed();
    assertThat(ends.atFar().texts()).containsExactlyInAnyOrderElementsOf(sent).isNotEqualTo(sent);
  }

  @Test
  void aLonelyOvertakenPacketArrivesToo() throws Exception {
    hostileCaller(Hostility.none().reorder(100));

    links.connect().exchange("alone");
  }

  @Test
  void aSenderIsHeldBackUntilTheLoopHadItsTurn() throws Exception {
    hostileCaller(Hostility.none().oneAtATime());
    LinkFixture.Ends ends = links.connect();
    links.block(ends.near());
    assertThat(ends.near().isReady()).isTrue();
    ends.near().send(LinkFixture.packet("one"));

    assertThat(ends.near().isReady()).isFalse();
    links.release();
    assertThat(ends.atFar().nextText()).isEqualTo("one");
    ends.exchange("two");
  }

  @Test
  void hostilitySurvivesItsWayThroughAUri() {
    Hostility hostility = Hostility.none().cutAfterSent(9).times(3).seed(42);
    URI uri = hostility.applyTo(URI.create("ws://127.0.0.1:7080/library?x=1"));

    assertThat(uri)
        .hasToString(
            "hostile+ws://127.0.0.1:7080/library"
                + "?x=1&hostile.seed=42&hostile.cutAfterSent=9&hostile.times=3");
    assertThat(Hostility.of(uri)).isEqualTo(hostility);
    assertThat(Hostility.strip(uri)).hasToString("ws://127.0.0.1:7080/library?x=1");
    assertThat(Hostility.of(Hostility.none().times(5).applyTo(uri))).isEqualTo(hostility.times(5));
    assertThat(Hostility.none().path(LinkInfo.Path.BROKERED).applyTo(URI.create("memory:a")))
        .isEqualTo(URI.create("hostile+memory:a?hostile.path=brokered"));
    assertThat(Hostility.of(URI.create("hostile+memory:a?hostile.path=relayed")))
        .isEqualTo(Hostility.none().path(LinkInfo.Path.RELAYED));
    assertThat(Hostility.strip(Hostility.none().seed(1).applyTo(URI.create("memory:a"))))
        .hasToString("memory:a");
  }

  @Test
  void anAgentFindsHostileTransportsByTheirScheme() throws Exception {
    HostileSchemes caller = new HostileSchemes();
    assertThat(caller.schemes()).contains("hostile+memory");
    links =
        new LinkFixture(caller, new HostileSchemes(), "hostile+memory://*?hostile.maxPacket=4096");
    assertThat(links.endpoint().toString())
        .startsWith("hostile+memory://")
        .endsWith("?hostile.maxPacket=4096");
    LinkFixture.Ends ends = links.connect();

    assertThat(ends.near().info().maxPacket()).isEqualTo(4096);
    assertThat(ends.far().info().maxPacket()).isEqualTo(4096);
    ends.exchange("hello");
  }

  @Test
  void unknownHostilitiesAndTransportsAreRefused() throws Exception {
    links = new LinkFixture(new HostileSchemes(), new HostileSchemes(), "hostile+memory://*");

    for (String wrong :
        List.of("hostile+memory://x?hostile.ghosts=1", "hostile+carrier-pigeon:x")) {
      assertThatThrownBy(() -> links.connect(URI.create(wrong)))
          .isInstanceOfSatisfying(
              AgentException.class,
              failure -> assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT));
    }
  }

  private void hostileCaller(Hostility hostility) throws Exception {
    Transport caller = HostileTransport.around(new MemoryTransport(), hostility);
    links = new LinkFixture(caller, new MemoryTransport(), "memory://*");
  }
}
