package io.agentchannel.core.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoProxyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "example.org            | example.org",
        "example.org            | a.b.example.org",
        ".example.org           | example.org",
        ".example.org           | a.example.org",
        "*.example.org          | a.example.org",
        "EXAMPLE.org            | A.Example.ORG.",
        "a, ,b example.org      | example.org",
        "example.org:7443       | example.org",
        "*                      | anything.at.all",
        "10.1.2.3               | 10.1.2.3",
        "10.0.0.0/8             | 10.200.0.1",
        "10.1.2.3/31            | 10.1.2.2",
        "fd00::/8               | fdab::1",
        "fe80::1                | fe80:0:0::1",
        "[fe80::1]:7443         | fe80::1",
        "[fe80::1]              | fe80::1",
      })
  void theHostTakesNoProxy(String list, String host) {
    assertThat(NoProxy.of(list).contains(host, 7443)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                     | example.org",
        "example.org            | anexample.org",
        "example.org            | example.org.evil.net",
        "example.org:80         | example.org",
        "10.0.0.0/8             | 11.0.0.1",
        "10.0.0.0/33            | 10.0.0.1",
        "10.0.0.0/x             | 10.0.0.1",
        "10.0.0.0/8             | 10.example.org",
        "0.1                    | 10.0.0.1",
        "fd00::/8               | fc00::1",
        "0.0.0.0/0              | ::1",
        "::ffff:0:0:0:0:0:0:0:0 | ::1",
      })
  void theHostTakesTheProxy(String list, String host) {
    assertThat(NoProxy.of(list).contains(host, 7443)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"})
  void thisMachineIsLoopback(String host) {
    assertThat(NoProxy.isLoopback(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost.org", "128.0.0.1", "127.0.0.1.org", "::2", "notlocalhost"})
  void anythingElseIsNot(String host) {
    assertThat(NoProxy.isLoopback(host)).isFalse();
  }
}
