package io.agentchannel.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.core.config.Settings.Events;
import io.agentchannel.core.config.Settings.KeepAlive;
import io.agentchannel.core.config.Settings.Keyed;
import io.agentchannel.core.config.Settings.Limits;
import io.agentchannel.core.config.Settings.Overflow;
import io.agentchannel.core.config.Settings.Reconnect;
import io.agentchannel.core.config.Settings.Resume;
import io.agentchannel.core.config.Settings.Tls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private final Sources sources = new Sources();

  @Test
  void nothingSetGivesTheDocumentedDefaults() {
    Settings settings = sources.resolve();

    assertThat(settings.name()).isEqualTo("agent");
    assertThat(settings.identity()).isNull();
    assertThat(settings.listen()).isEmpty();
    assertThat(settings.advertise()).isEmpty();
    assertThat(settings.peers()).isEmpty();
    assertThat(settings.guests()).isEqualTo(GuestRules.NOBODY);
    assertThat(settings.callTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.resume())
        .isEqualTo(new Resume(Duration.ofSeconds(60), Duration.ofMinutes(10)));
    assertThat(settings.keyed()).isEqualTo(new Keyed(Duration.ofMinutes(10), 16L << 20));
    assertThat(settings.limits())
        .isEqualTo(
            new Limits(16L << 20, 256L << 10, 4L << 20, 64L << 20, 1024, 256L << 10, 1_000_000));
    assertThat(settings.events()).isEqualTo(new Events(1024, Overflow.DROP));
    assertThat(settings.keepAlive())
        .isEqualTo(new KeepAlive(Duration.ofSeconds(20), Duration.ofSeconds(10)));
    assertThat(settings.reconnect())
        .isEqualTo(new Reconnect(Duration.ofMillis(100), Duration.ofSeconds(10)));
    assertThat(settings.tls()).isEqualTo(new Tls(null, null, null));
  }

  @Test
  void builderWinsOverEnvironmentAndEnvironmentOverConfig() {
    sources
        .config(Map.of("name", "file", "drain", "1s", "call.timeout", "1s"))
        .environment("AGENTCHANNEL_NAME", "environment")
        .environment("AGENTCHANNEL_DRAIN", "2s")
        .builder("name", "builder");

    Settings settings = sources.resolve();

    assertThat(settings.name()).isEqualTo("builder");
    assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.callTimeout()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void nestedMapsAndDottedKeysMeanTheSame() {
    Settings nested =
        sources.config(Map.of("limits", Map.of("message", "1MiB", "windowMax", 1 << 20))).resolve();
    Settings dotted =
        new Sources()
            .config(Map.of("limits.message", "1MiB", "limits.windowMax", 1 << 20))
            .resolve();

    assertThat(nested.limits()).isEqualTo(dotted.limits());
    assertThat(nested.limits().message()).isEqualTo(1L << 20);
  }

  @Test
  void aDottedKeyWinsOverTheSameKeyInAMapWhicheverComesFirst() {
    Map<String, Object> dottedFirst = new LinkedHashMap<>();
    dottedFirst.put("limits.message", "1MiB");
    dottedFirst.put("limits", Map.of("message", "2MiB"));
    Map<String, Object> mapFirst = new LinkedHashMap<>();
    mapFirst.put("limits", Map.of("message", "2MiB"));
    mapFirst.put("limits.message", "1MiB");

    assertThat(sources.config(dottedFirst).resolve().limits().message()).isEqualTo(1L << 20);
    assertThat(new Sources().config(mapFirst).resolve().limits().message()).isEqualTo(1L << 20);
  }

  @Test
  void everySetterOfTheBuilderIsRead() {
    sources
        .builder("name", "n")
        .builder("identity", "ephemeral")
        .builder("listen", List.of("ws://127.0.0.1:0"))
        .builder("advertise", List.of("wss://example.org"))
        .builder("guests", "loopback")
        .builder("call.timeout", Duration.ofSeconds(1))
        .builder("drain", Duration.ZERO)
        .builder("resume.window", Duration.ofSeconds(2))
        .builder("resume.memory", Duration.ofSeconds(3))
        .builder("keyed.memory", Duration.ofSeconds(4))
        .builder("keyed.bytes", 5L)
        .builder("limits.message", 1024L)
        .builder("limits.window", 65536L)
        .builder("limits.windowMax", 65537L)
        .builder("limits.peerBytes", 65538L)
        .builder("limits.exchanges", 7)
        .builder("events.buffer", 8)
        .builder("events.overflow", "close")
        .builder("keepAlive.interval", Duration.ofSeconds(9))
        .builder("keepAlive.timeout", Duration.ofSeconds(10))
        .builder("reconnect.first", Duration.ofSeconds(11))
        .builder("reconnect.max", Duration.ofSeconds(12))
        .builder("tls.certificate", "c.pem")
        .builder("tls.key", "k.pem")
        .builder("tls.trust", "t.pem")
        .builder("security", "none")
        .builder("limits.unacknowledged", 4096)
        .builder("limits.packets", 13);

    Settings settings = sources.resolve();

    assertThat(settings.identity()).isEqualTo("ephemeral");
    assertThat(settings.security()).isEqualTo(Settings.Security.NONE);
    assertThat(settings.listen()).containsExactly(URI.create("ws://127.0.0.1:0"));
    assertThat(settings.advertise()).containsExactly(URI.create("wss://example.org"));
    assertThat(settings.guests().mode()).isEqualTo(GuestRules.Mode.LOOPBACK);
    assertThat(settings.drain()).isZero();
    assertThat(settings.limits()).isEqualTo(new Limits(1024, 65536, 65537, 65538, 7, 4096, 13));
    assertThat(settings.keyed()).isEqualTo(new Keyed(Duration.ofSeconds(4), 5));
    assertThat(settings.events()).isEqualTo(new Events(8, Overflow.CLOSE));
    assertThat(settings.keepAlive())
        .isEqualTo(new KeepAlive(Duration.ofSeconds(9), Duration.ofSeconds(10)));
    assertThat(settings.reconnect())
        .isEqualTo(new Reconnect(Duration.ofSeconds(11), Duration.ofSeconds(12)));
    assertThat(settings.tls())
        .isEqualTo(new Tls(Path.of("c.pem"), Path.of("k.pem"), Path.of("t.pem")));
  }

  @ParameterizedTest
  @CsvSource({
    "limits.windoow, did you mean limits.window?",
    "windowMax, did you mean limits.windowMax?",
    "keep-alive.timeout, did you mean keepAlive.timeout?",
    "lisen, did you mean listen?",
    "tls.certficate, did you mean tls.certificate?",
    "ws.pingg, did you mean ws.ping?",
    "xyzzy, remove it, or add the transport that it belongs to",
  })
  void anUnknownKeyIsAnErrorThatKnowsBetter(String key, String hint) {
    sources.config(Map.of(key, "1")).transportKeys("ws.ping");

    assertThat(sources.error())
        .startsWith(key + " (config): no such key")
        .containsIgnoringWhitespaces(hint);
  }

  @Test
  void aSectionWithoutItsKeysIsExplained() {
    sources.config(Map.of("reconnect", "5s"));

    assertThat(sources.error())
        .isEqualTo("reconnect (config): takes a map; its keys are reconnect.first, reconnect.max");
  }

  @Test
  void aTransportsKeyIsKnownOnlyWithTheTransport() {
    assertThat(new Sources().config(Map.of("mqtt", Map.of("qos", 1))).error())
        .contains("mqtt.qos (config): no such key");

    Settings settings =
        sources.config(Map.of("mqtt", Map.of("qos", 1))).transportKeys("mqtt.qos").resolve();

    assertThat(settings.options().number("mqtt.qos", 0)).isEqualTo(1);
  }

  @Test
  void environmentVariablesAreYaml() {
    sources
        .environment("AGENTCHANNEL_LISTEN", "[ 'ws://a:1', 'ws://b:2' ]")
        .environment("AGENTCHANNEL_ADVERTISE", "ws://c:3")
        .environment("AGENTCHANNEL_PEERS", "{lib: {at: 'ws://d:4'}}")
        .environment("AGENTCHANNEL_LIMITS_WINDOWMAX", "5MiB")
        .environment("AGENTCHANNEL_GUESTS", "loopback");

    Settings settings = sources.resolve();

    assertThat(settings.listen()).containsExactly(URI.create("ws://a:1"), URI.create("ws://b:2"));
    assertThat(settings.advertise()).containsExactly(URI.create("ws://c:3"));
    assertThat(settings.peers().get("lib").at()).containsExactly(URI.create("ws://d:4"));
    assertThat(settings.limits().windowMax()).isEqualTo(5L << 20);
    assertThat(settings.guests().mode()).isEqualTo(GuestRules.Mode.LOOPBACK);
  }

  @Test
  void anUnknownVariableIsAnErrorThatKnowsBetter() {
    assertThat(sources.environment("AGENTCHANNEL_LISTN", "ws://a:1").error())
        .isEqualTo(
            "AGENTCHANNEL_LISTN (environment): stands for no key;"
                + " did you mean AGENTCHANNEL_LISTEN?");
  }

  @Test
  void otherVariablesAndThoseOfTheLauncherAreLeftAlone() {
    Settings settings =
        sources
            .environment("PATH", "/bin")
            .environment("AGENTCHANNEL_HOME", "/data")
            .environment("AGENTCHANNEL_JAVA_OPTS", "-Xmx1g")
            .environment("AGENTCHANNEL_NAME", "")
            .resolve();

    assertThat(settings.name()).isEqualTo("agent");
  }

  @Test
  void aVariableThatIsNotYamlIsNamed() {
    assertThat(sources.environment("AGENTCHANNEL_PEERS", "{lib: [").error())
        .startsWith("AGENTCHANNEL_PEERS, line 1:");
  }

  @Test
  void everyKeyHasAVariableOfItsOwn() {
    assertThat(Keys.names().map(Schema::variableOf)).doesNotHaveDuplicates();
    assertThat(Schema.variableOf("limits.windowMax")).isEqualTo("AGENTCHANNEL_LIMITS_WINDOWMAX");
    assertThat(Schema.variableOf("http-poll.wait")).isEqualTo("AGENTCHANNEL_HTTP_POLL_WAIT");
  }

  @ParameterizedTest
  @CsvSource({"250ms, 250", "5s, 5000", "2m, 120000", "1h, 3600000"})
  void durationsHaveUnits(String written, long millis) {
    assertThat(sources.config(Map.of("call.timeout", written)).resolve().callTimeout())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void aDurationWithoutAUnitSaysSo() {
    assertThat(sources.environment("AGENTCHANNEL_DRAIN", "5").error())
        .isEqualTo("drain (AGENTCHANNEL_DRAIN): '5' has no unit; write 250ms, 5s, 2m or 1h");
    assertThat(new Sources().builder("drain", 5).error()).contains("drain (builder): '5' has no");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5 s", "1.5s", "-5s", "5d", "s", "soon", "99999999999999s", "PT5S"})
  void otherDurationsAreRefused(String written) {
    assertThat(sources.config(Map.of("call.timeout", written)).error())
        .startsWith("call.timeout (config): '" + written + "' is not a duration");
  }

  @Test
  void durationsAreBoundedSoThatNothingOverflows() {
    assertThat(sources.config(Map.of("call.timeout", "0s")).error()).contains("at least 1ms");
    assertThat(new Sources().config(Map.of("drain", "999999999999h")).error())
        .contains("at most a year");
    assertThat(new Sources().builder("drain", Duration.ofSeconds(-1)).error())
        .contains("at least 0s");
  }

  @ParameterizedTest
  @CsvSource({"65536, 65536", "64KiB, 65536", "2MiB, 2097152", "1GiB, 1073741824", "70000B, 70000"})
  void sizesAreBytesOrHaveUnits(String written, long bytes) {
    sources.config(Map.of("limits.windowMax", written, "limits.window", "64KiB"));
    sources.builder("limits.peerBytes", "2GiB");

    assertThat(sources.resolve().limits().windowMax()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"64KB", "64k", "-1", "1.5MiB", "lots", "9999999999999999999"})
  void otherSizesAreRefused(String written) {
    assertThat(sources.config(Map.of("limits.window", written)).error())
        .startsWith("limits.window (config): '" + written + "' is not a size")
        .contains("64KiB");
  }

  static Stream<Map<String, Object>> outOfRange() {
    return Stream.of(
        Map.of("limits.window", "63KiB"),
        Map.of("limits.message", "1023"),
        Map.of("limits.message", "2GiB"),
        Map.of("limits.window", "999999999999999999GiB"),
        Map.of("limits.exchanges", "0"),
        Map.of("limits.exchanges", "99999999999999999999"),
        Map.of("limits.exchanges", "many"),
        Map.of("events.buffer", -1),
        Map.of("events.overflow", "explode"),
        Map.of("keepAlive.interval", "0ms"),
        Map.of("name", "../../etc/passwd"),
        Map.of("name", ""),
        Map.of("listen", List.of("no endpoint")),
        Map.of("listen", List.of(List.of())),
        Map.of("listen", Map.of("at", "ws://a")),
        Map.of("identity", List.of("a")));
  }

  @ParameterizedTest
  @MethodSource("outOfRange")
  void whatIsOutOfRangeIsRefusedByItsKey(Map<String, Object> config) {
    assertThat(sources.config(config).error())
        .startsWith(config.keySet().iterator().next() + " (config): ");
  }

  @Test
  void limitsThatContradictEachOtherAreRefused() {
    assertThat(sources.config(Map.of("limits.message", "100MiB")).error())
        .isEqualTo(
            "limits.peerBytes (default): 64MiB is less than limits.message (config), 100MiB;"
                + " raise it or lower the other");
    assertThat(new Sources().config(Map.of("limits.window", "8MiB")).error())
        .contains("limits.windowMax (default): 4MiB is less than limits.window (config), 8MiB");
    assertThat(new Sources().builder("reconnect.max", Duration.ofMillis(50)).error())
        .contains("reconnect.max (builder): 50ms is less than reconnect.first (default), 100ms");
  }

  @Test
  void aCertificateNeedsItsKeyAndTheReverse() {
    assertThat(sources.config(Map.of("tls.certificate", "c.pem")).error())
        .isEqualTo("tls.certificate (config): needs tls.key beside it; set both or neither");
    assertThat(new Sources().config(Map.of("tls", Map.of("key", "k.pem"))).error())
        .startsWith("tls.key (config): needs tls.certificate");
  }

  @Test
  void referencesBringInVariablesAndFiles(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "s3cr3t\n");
    sources
        .environment("HOST", "example.org")
        .config(
            Map.of(
                "listen", List.of("ws://${env:HOST}:1/p"),
                "guests", Map.of("tokens", Map.of("ci", "${file:" + file + "}")),
                "ws.note", "costs $${env:HOST} $5 ${env:HOST}"))
        .transportKeys("ws.note");

    Settings settings = sources.resolve();

    assertThat(settings.listen()).containsExactly(URI.create("ws://example.org:1/p"));
    assertThat(settings.guests().tokens().get("s3cr3t")).isEqualTo("ci");
    assertThat(settings.options().text("ws.note")).isEqualTo("costs ${env:HOST} $5 example.org");
  }

  @Test
  void whatComesInByReferenceIsNotExpandedAgain() {
    sources
        .environment("A", "${env:B}")
        .environment("B", "no")
        .config(Map.of("ws.note", "${env:A}"));

    assertThat(sources.transportKeys("ws.note").resolve().options().text("ws.note"))
        .isEqualTo("${env:B}");
  }

  @Test
  void aReferenceThatLeadsNowhereNamesKeyAndTarget() {
    assertThat(sources.config(Map.of("identity", "${env:KEY_FILE}")).error())
        .isEqualTo("identity (config): the environment variable KEY_FILE is not set; set it");
    assertThat(new Sources().config(Map.of("identity", "${file:/no/such}")).error())
        .isEqualTo(
            "identity (config): the file /no/such cannot be read; create it or correct the path");
    assertThat(new Sources().config(Map.of("identity", "${secret}")).error())
        .contains("${env:NAME} or ${file:path}");
    assertThat(new Sources().config(Map.of("identity", "${env:HOME")).error())
        .contains("${env:NAME} or ${file:path}");
  }

  @Test
  void messagesNeverShowWhatCameByReference() {
    sources.environment("SECRET", "hunter2").config(Map.of("drain", "${env:SECRET}"));

    assertThat(sources.error())
        .isEqualTo("drain (config): its value is not a duration; write 250ms, 5s, 2m or 1h");
  }

  @Test
  void settingsDoNotPrintTheirValues() {
    sources
        .config(Map.of("ws.secret", "hunter2", "guests", Map.of("tokens", List.of("hunter3"))))
        .transportKeys("ws.secret");

    assertThat(sources.resolve().toString()).isEqualTo("Settings[agent]");
    assertThat(sources.resolve().guests().toString()).doesNotContain("hunter");
    assertThat(sources.resolve().options().toString()).doesNotContain("hunter");
  }

  @Test
  void aNullInTheConfigurationIsRefused() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("name", null);

    assertThat(sources.config(config).error()).startsWith("name (config): has no value");
  }
}
