package io.agentchannel.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.core.config.Settings.Tls;
import io.agentchannel.spi.HttpProxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyAndTlsTest {
  private final Sources sources = new Sources();

  @Test
  void thereIsNoProxyUnlessOneIsSet() {
    assertThat(sources.resolve().proxy()).isNull();
  }

  @Test
  void theSystemsProxyIsNamedByAWord() {
    assertThat(sources.config(Map.of("proxy", "system")).resolve().proxy())
        .isEqualTo(ProxyRule.SYSTEM);
  }

  @ParameterizedTest
  @CsvSource({
    "http://proxy:3128, proxy, 3128, ,",
    "HTTP://proxy.example.org:80/, proxy.example.org, 80, ,",
    "http://[::1]:3128, ::1, 3128, ,",
    "http://ann:pw@proxy:1, proxy, 1, ann, pw",
    "http://ann:p%40%3Aw+1@proxy:1, proxy, 1, ann, p@:w+1",
    "http://ann:a:b@proxy:1, proxy, 1, ann, a:b",
    "http://ann@proxy:1, proxy, 1, ann, ''",
  })
  void aProxyIsNamedByItsUri(String text, String host, int port, String user, String password) {
    assertThat(sources.config(Map.of("proxy", text)).resolve().proxy())
        .isEqualTo(new ProxyRule(new HttpProxy(host, port, user, password)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "systm",
        "proxy:3128",
        "https://proxy:3128",
        "socks5://u:s3cr3t@proxy:1080",
        "http://proxy",
        "http://proxy:0",
        "http://proxy:70000",
        "http://proxy:1/path",
        "http://proxy:1?s3cr3t",
        "http://:s3cr3t@proxy:1",
        "http://a%3Ab:s3cr3t@proxy:1",
        "http://u:s3cr3t%0d%0a@proxy:1",
        "http://u:s3cr3t @proxy:1",
      })
  void anyOtherTextIsAnErrorThatSaysWhatToWriteAndQuotesNoPassword(String text) {
    assertThat(sources.config(Map.of("proxy", text)).error())
        .startsWith("proxy (config): ")
        .endsWith("write http://[user:password@]host:port, or system")
        .doesNotContain("s3cr3t");
  }

  @Test
  void certificatesOfTheAgentsTakeOneWord() {
    assertThat(sources.config(Map.of("tls", "agent")).resolve().tls())
        .isEqualTo(new Tls(null, null, null, true));
  }

  @Test
  void anyOtherWordIsAnError() {
    assertThat(sources.config(Map.of("tls", "agents")).error())
        .isEqualTo("tls (config): must be agent");
  }

  @Test
  void theLaterOfWordAndFilesReplacesTheEarlier() {
    Map<String, ?> files = Map.of("certificate", "c.pem", "key", "k.pem");

    assertThat(sources.config(Map.of("tls", files)).builder("tls", "agent").resolve().tls())
        .isEqualTo(new Tls(null, null, null, true));
    assertThat(
            new Sources()
                .config(Map.of("tls", "agent"))
                .environment("AGENTCHANNEL_TLS_TRUST", "t.pem")
                .resolve()
                .tls())
        .isEqualTo(new Tls(null, null, Path.of("t.pem"), false));
  }
}
