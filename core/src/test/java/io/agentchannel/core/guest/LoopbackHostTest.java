package io.agentchannel.core.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackHostTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:7080",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.255.1.254:65535",
        "[::1]",
        "[::1]:7080"
      })
  void namesOfThisMachine(String host) {
    assertThat(LoopbackHost.isLoopback(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.org",
        "localhost.example.org",
        "example.org:localhost",
        "localhost.",
        "127.0.0.1.example.org",
        "127.0.0.1.nip.io:7080",
        "127.1",
        "127.0.0.256",
        "127.0.0.01",
        "0x7f.0.0.1",
        "2130706433",
        "0.0.0.0",
        "126.0.0.1",
        "::1",
        "[::2]",
        "[::ffff:127.0.0.1]",
        "me@localhost",
        "localhost:",
        "localhost:1234567",
        "localhost:80:80",
        "localhost/",
        " localhost",
        "localhost\n"
      })
  void allOtherNames(String host) {
    assertThat(LoopbackHost.isLoopback(host)).isFalse();
  }
}
