package io.agentchannel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.core.config.AgentHome;
import io.agentchannel.core.config.Settings;
import io.agentchannel.core.config.TrustRules;
import io.agentchannel.core.config.TrustRules.Policy;
import io.agentchannel.core.route.Connector.Aim;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.core.trust.Trust;
import io.agentchannel.core.trust.TrustHome;
import io.agentchannel.spi.AgentSpec;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.LinkInfo.Path;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpectationTest {
  private static final URI BROKER = URI.create("mqtt://broker:1883/librarian");

  @TempDir java.nio.file.Path folder;

  private final AgentId pinned = IdentityKey.ephemeral().id();
  private AgentId ownLibrarian;
  private Trust trust;

  @BeforeEach
  void makeHome() {
    AgentHome home = AgentHome.of(Map.of("AGENTCHANNEL_HOME", folder.toString()), null);
    Settings librarian =
        Settings.resolve(
            new AgentSpec(
                AgentConfig.of(Map.of("name", "librarian")),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null),
            Map.of(),
            Set.of());
    ownLibrarian = IdentityKey.open(librarian, home).id();
    trust =
        new Trust(
            new TrustRules(Policy.ASK, Map.of()),
            new Trust.Owner(IdentityKey.ephemeral().id(), "me", Set.of(), true),
            TrustHome.of(home),
            Runnable::run,
            Clock.systemUTC());
  }

  private Expectation expect(URI endpoint, Aim aim) {
    return new Outbound(trust).expect(endpoint, aim).toCompletableFuture().join();
  }

  private static Aim aim(String intended, @Nullable AgentId id, @Nullable String peer) {
    return new Aim(intended, id, null, peer);
  }

  private static LinkInfo over(Path path) {
    return new LinkInfo("mqtt", "here", "there", 1 << 16, path, null);
  }

  @Test
  void throughABrokerAnUnknownPeerIsRefused() {
    for (Path path : new Path[] {Path.BROKERED, Path.RELAYED}) {
      Expectation expectation = expect(BROKER, aim("planner", null, null));
      AgentException failure =
          catchThrowableOfType(AgentException.class, () -> expectation.aimOver(over(path)));

      assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
      assertThat(failure).hasMessageContaining("with id: and at:");
    }
    AgentException named =
        catchThrowableOfType(
            AgentException.class,
            () -> expect(BROKER, aim("", null, "planner")).aimOver(over(Path.BROKERED)));
    assertThat(named).hasMessageContaining("set peers.planner.id");
  }

  @Test
  void whoIsNamedByIdIsExpectedOverAnyPath() {
    for (Path path : Path.values()) {
      Expectation expectation = expect(BROKER, aim(pinned.toString(), pinned, null));

      assertThat(expectation.hint()).isEqualTo(pinned);
      assertThat(expectation.aimOver(over(path)).expected()).isEqualTo(pinned);
    }
  }

  @Test
  void aKeyOfOnesOwnHomeIsKnownByItsNameThroughABroker() {
    Expectation byPath = expect(BROKER, aim("librarian", null, null));
    Expectation byName = expect(BROKER, aim("", null, "librarian"));

    assertThat(byPath.hint()).isEqualTo(ownLibrarian);
    assertThat(byPath.aimOver(over(Path.BROKERED)).expected()).isEqualTo(ownLibrarian);
    assertThat(byName.aimOver(over(Path.RELAYED)).expected()).isEqualTo(ownLibrarian);
  }

  @Test
  void aPinHoldsOnDirectLinksAlone() {
    URI direct = URI.create("ws://lib:7080");
    trust.pins().pin("lib:7080", pinned, direct).toCompletableFuture().join();

    Expectation expectation = expect(direct, aim("", null, null));

    assertThat(expectation.aimOver(over(Path.DIRECT)).expected()).isEqualTo(pinned);
    assertThat(
            catchThrowableOfType(
                AgentException.class, () -> expectation.aimOver(over(Path.BROKERED))))
        .isNotNull();
  }

  @Test
  void anAgentOfTheSameNameElsewhereIsNotTakenForOnesOwn() {
    URI elsewhere = URI.create("ws://10.0.0.5:7080/librarian");

    Expectation expectation = expect(elsewhere, aim("librarian", null, null));

    assertThat(expectation.aimOver(over(Path.DIRECT)).expected()).isNull();
  }
}
