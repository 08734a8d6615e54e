package io.agentchannel.core.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.core.config.ProxyRule;
import io.agentchannel.spi.HttpProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProxiesTest {
  private static final HttpProxy OFFICE = new HttpProxy("proxy.office", 3128, null, null);
  private static final ProxyRule SYSTEM = new ProxyRule(null);

  private final ProxySelector selector = ProxySelector.getDefault();

  @AfterEach
  void restore() {
    ProxySelector.setDefault(selector);
  }

  @Test
  void withoutARuleThereIsNoProxyWhateverTheEnvironmentSays() {
    Proxies none = Proxies.of(null, Map.of("https_proxy", "http://proxy.office:3128"));

    assertThat(none.to("example.org", 443)).isNull();
  }

  @Test
  void oneThatIsNamedIsTakenToEveryHostThisMachineIncluded() {
    Proxies named = Proxies.of(new ProxyRule(OFFICE), Map.of("no_proxy", "*"));

    assertThat(named.to("example.org", 443)).isEqualTo(OFFICE);
    assertThat(named.to("127.0.0.1", 80)).isEqualTo(OFFICE);
  }

  @Test
  void theEnvironmentIsReadAsCurlReadsIt() {
    assertThat(system(Map.of("https_proxy", "http://proxy.office:3128"))).isEqualTo(OFFICE);
    assertThat(system(Map.of("HTTPS_PROXY", "proxy.office:3128/"))).isEqualTo(OFFICE);
    assertThat(system(Map.of("all_proxy", "http://proxy.office:3128"))).isEqualTo(OFFICE);
    assertThat(system(Map.of("http_proxy", "http://proxy.office:3128"))).isEqualTo(OFFICE);
    assertThat(system(Map.of("https_proxy", "http://u:p%40@proxy.office:3128")))
        .isEqualTo(new HttpProxy("proxy.office", 3128, "u", "p@"));
    assertThat(system(Map.of("https_proxy", " ", "http_proxy", "http://proxy.office:3128")))
        .isEqualTo(OFFICE);
    assertThat(system(Map.of("https_proxy", "http://proxy.office:3128", "all_proxy", "http://b:1")))
        .isEqualTo(OFFICE);
    // A client's header would set this one in a CGI program.
    assertThat(system(Map.of("HTTP_PROXY", "http://proxy.office:3128"))).isNull();
    assertThat(system(Map.of())).isNull();
  }

  @Test
  void theExceptionsOfTheEnvironmentTakeNoProxy() {
    Map<String, String> environment =
        Map.of("https_proxy", "http://proxy.office:3128", "NO_PROXY", "example.org");

    assertThat(system(environment)).isNull();
    assertThat(Proxies.of(SYSTEM, environment).to("example.net", 443)).isEqualTo(OFFICE);
  }

  @Test
  void thisMachineTakesNoProxyOfTheSystem() {
    Proxies proxies = Proxies.of(SYSTEM, Map.of("https_proxy", "http://proxy.office:3128"));
    select(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("jvm.proxy", 8080)));

    for (String host : List.of("localhost", "127.0.0.1", "::1")) {
      assertThat(proxies.to(host, 443)).isNull();
    }
  }

  @Test
  void whatTheJvmWasToldComesFirst() {
    select(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("jvm.proxy", 8080)));

    assertThat(system(Map.of("https_proxy", "http://proxy.office:3128")))
        .isEqualTo(new HttpProxy("jvm.proxy", 8080, null, null));
  }

  @Test
  void aSelectorThatNamesNoneLeavesItToTheEnvironment() {
    select(Proxy.NO_PROXY);

    assertThat(system(Map.of("https_proxy", "http://proxy.office:3128"))).isEqualTo(OFFICE);
  }

  @Test
  void aProxyThatCannotBeUsedIsAnErrorAndNotGoneRound() {
    for (String value :
        List.of("socks5://u:s3cr3t@proxy:1080", "http://u:s3cr3t@", "https://p:1")) {
      AgentException e =
          catchThrowableOfType(AgentException.class, () -> system(Map.of("all_proxy", value)));

      assertThat(e.code()).isEqualTo(Code.FAILED_PRECONDITION);
      assertThat(e)
          .hasMessageContaining("all_proxy")
          .hasMessageContaining("write http://[user:password@]host:port")
          .hasMessageNotContaining("s3cr3t");
    }
  }

  @Test
  void aSocksProxyOfTheJvmIsAnErrorAndNotGoneRound() {
    select(new Proxy(Proxy.Type.SOCKS, InetSocketAddress.createUnresolved("socks", 1080)));

    assertThat(catchThrowableOfType(AgentException.class, () -> system(Map.of())))
        .hasMessageContaining("the JVM names a SOCKS proxy");
  }

  private static HttpProxy system(Map<String, String> environment) {
    return Proxies.of(SYSTEM, environment).to("example.org", 443);
  }

  private static void select(Proxy proxy) {
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            return List.of(proxy);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        });
  }
}
