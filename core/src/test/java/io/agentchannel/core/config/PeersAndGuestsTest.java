package io.agentchannel.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentId;
import io.agentchannel.core.config.GuestRules.Mode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeersAndGuestsTest {
  private static final String ID = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";

  private final Sources sources = new Sources();

  @Test
  void aPeerHasAnIdAndEndpointsInOrder() {
    sources.config(
        Map.of("peers", Map.of("lib", Map.of("id", ID, "at", List.of("ws://a:1", "wss://b")))));

    assertThat(sources.resolve().peers())
        .containsExactly(
            Map.entry(
                "lib",
                new PeerSettings(
                    AgentId.parse(ID), List.of(URI.create("ws://a:1"), URI.create("wss://b")))));
  }

  @Test
  void anEndpointMayStandAlone() {
    sources.config(Map.of("peers", Map.of("lib", Map.of("at", "ws://a:1"))));

    assertThat(sources.resolve().peers().get("lib"))
        .isEqualTo(new PeerSettings(null, List.of(URI.create("ws://a:1"))));
  }

  @Test
  void dottedKeysReachIntoPeersWhoseNamesHaveDots() {
    sources
        .config(Map.of("peers", Map.of("my.lib", Map.of("id", ID, "at", "ws://a:1"))))
        .builder("peers.my.lib.at", List.of("ws://b:2"));

    assertThat(sources.resolve().peers().get("my.lib"))
        .isEqualTo(new PeerSettings(AgentId.parse(ID), List.of(URI.create("ws://b:2"))));
  }

  @Test
  void peersGivenWholeReplaceThoseOfAWeakerSource() {
    sources
        .config(Map.of("peers.a.at", "ws://a:1", "peers.b.at", "ws://b:1"))
        .environment("AGENTCHANNEL_PEERS", "{c: {at: 'ws://c:1'}}")
        .builder("peers.d", Map.of("at", "ws://d:1"));

    assertThat(sources.resolve().peers()).containsOnlyKeys("c", "d");
  }

  @Test
  void mistakesInPeersAreNamed() {
    assertThat(peerError(Map.of("lib", Map.of("ad", "ws://a:1"))))
        .isEqualTo("peers.lib.ad (config): no such key; did you mean id?");
    assertThat(peerError(Map.of("lib", Map.of("address", "ws://a:1"))))
        .isEqualTo("peers.lib.address (config): no such key; here are id, at");
    assertThat(peerError(Map.of("lib", "ws://a:1"))).contains("peers.lib (config): takes a map");
    assertThat(peerError(Map.of("lib", Map.of()))).contains("neither who nor where");
    assertThat(peerError(Map.of("lib", Map.of("at", "a:b c"))))
        .contains("peers.lib.at (config): 'a:b c' is not an endpoint");
    assertThat(peerError(Map.of("lib", Map.of("id", "did:key:zzz"))))
        .contains("peers.lib.id (config): is not ")
        .doesNotContain("did:key:zzz");
    assertThat(peerError(Map.of("a b", Map.of("at", "ws://a:1")))).contains("names are");
    assertThat(new Sources().config(Map.of("peers", "lib")).error())
        .contains("peers (config): takes a map");
    assertThat(new Sources().builder("peers.lib", "ws://a:1").error())
        .contains("peers.lib (builder): takes a map");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "loopback", "broker"})
  void guestsMayBeOneWord(String word) {
    GuestRules rules = sources.config(Map.of("guests", word)).resolve().guests();

    assertThat(rules.mode()).hasToString(word.toUpperCase(java.util.Locale.ROOT));
    assertThat(rules.tokens()).isEmpty();
    assertThat(rules.serves("anything")).isTrue();
  }

  @Test
  void tokensInAListAreNumbered() {
    sources.config(Map.of("guests", Map.of("tokens", List.of("aaa", "bbb"))));

    GuestRules rules = sources.resolve().guests();

    assertThat(rules.mode()).isEqualTo(Mode.TOKENS);
    assertThat(rules.tokens().get("aaa")).isEqualTo("token 1");
    assertThat(rules.tokens().get("bbb")).isEqualTo("token 2");
    assertThat(rules.tokens().get("aa")).isNull();
    assertThat(rules.tokens().get("")).isNull();
  }

  @Test
  void namedTokensStandForTheirNames() {
    sources.config(
        Map.of(
            "guests",
            Map.of(
                "tokens", Map.of("ci", "aaa", "web", "bbb"),
                "operations", List.of("ask", "chat"),
                "origins", "https://App.example.org:8443")));

    GuestRules rules = sources.resolve().guests();

    assertThat(rules.tokens().get("bbb")).isEqualTo("web");
    assertThat(rules.serves("ask")).isTrue();
    assertThat(rules.serves("admin")).isFalse();
    assertThat(rules.origins()).containsExactly("https://app.example.org:8443");
  }

  @Test
  void loopbackGuestsMayBeKeptToSomeOperations() {
    sources.config(Map.of("guests", "loopback")).builder("guests.operations", List.of("ask"));

    GuestRules rules = sources.resolve().guests();

    assertThat(rules.mode()).isEqualTo(Mode.LOOPBACK);
    assertThat(rules.serves("chat")).isFalse();
  }

  @Test
  void guestsGivenWholeReplaceThoseOfAWeakerSource() {
    sources
        .config(Map.of("guests", Map.of("tokens", List.of("aaa"), "operations", List.of("ask"))))
        .builder("guests", "none");

    assertThat(sources.resolve().guests()).isEqualTo(GuestRules.NOBODY);
  }

  @Test
  void mistakesInGuestsAreNamedAndNoTokenIsShown() {
    assertThat(guestError("hunter2")).contains("must be none, loopback, broker");
    assertThat(guestError(Map.of("token", List.of("hunter2"))))
        .isEqualTo("guests.token (config): no such key; did you mean tokens?");
    assertThat(guestError(Map.of("tokens", List.of()))).contains("holds no token");
    assertThat(guestError(Map.of("tokens", List.of("hunter2", "hunter2"))))
        .contains("two tokens are the same");
    assertThat(guestError(Map.of("tokens", List.of("hunter 2")))).contains("visible ASCII");
    assertThat(guestError(Map.of("mode", "none", "tokens", List.of("hunter2"))))
        .contains("exclude each other");
    assertThat(guestError(Map.of("operations", List.of("ask")))).contains("say who");
    assertThat(guestError(Map.of("mode", "loopback", "operations", List.of())))
        .contains("an empty list would mean all");
    assertThat(guestError(Map.of("mode", "loopback", "operations", List.of("a b"))))
        .contains("names are");
    assertThat(guestError(List.of("hunter2"))).contains("guests (config): ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*", "null", "example.org", "https://a.org/path", "https://u@a.org", "https://"})
  void originsAreWrittenAsBrowsersSendThem(String origin) {
    assertThat(guestError(Map.of("mode", "loopback", "origins", List.of(origin))))
        .isEqualTo(
            "guests.origins (config): an origin is written https://host or https://host:port");
  }

  private static String peerError(Map<String, ?> peers) {
    return new Sources().config(Map.of("peers", peers)).error();
  }

  private static String guestError(Object guests) {
    String error = new Sources().config(Map.of("guests", guests)).error();
    assertThat(error).doesNotContain("hunter");
    return error;
  }
}
