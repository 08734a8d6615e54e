package io.agentchannel.core.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.core.config.Grant;
import io.agentchannel.core.security.IdentityKey;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustHomeTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;

  private TrustHome home;

  @BeforeEach
  void openHome() {
    home = TrustHome.at(folder);
  }

  private static AgentId someone() {
    return IdentityKey.ephemeral().id();
  }

  private void approve(AgentId id, Grant grant) {
    home.lock().holding(() -> Approvals.add(home, id, grant, "planner", NOW));
  }

  @Test
  void whatIsWrittenIsReadAndForTheOwnerAlone() throws Exception {
    AgentId id = someone();
    approve(id, Grant.of(List.of("ask")));
    approve(id, Grant.of(List.of("chat")));

    assertThat(home.approved().read().approved())
        .singleElement()
        .isEqualTo(new TrustFiles.Approval(id, List.of("ask", "chat"), "planner", NOW));
    assertThat(modeOf("trust.json")).isEqualTo("rw-------");
    assertThat(modeOf("trust.lock")).isEqualTo("rw-------");
  }

  private String modeOf(String file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
  }

  @Test
  void nothingIsLeftOfDrafts() throws Exception {
    for (int i = 0; i < 5; i++) {
      approve(someone(), Grant.ALL);
    }

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("trust.json", "trust.lock");
    }
  }

  @Test
  void changesOfManyThreadsAreAllThere() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        // Each with an instance of its own, as processes have.
        all.add(
            CompletableFuture.runAsync(
                () -> {
                  TrustHome own = TrustHome.at(folder);
                  own.lock().holding(() -> Approvals.add(own, someone(), Grant.ALL, null, NOW));
                },
                threads));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    } finally {
      threads.shutdown();
    }

    assertThat(home.approved().read().approved()).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "{\"approved\":[{}]}",
        "{\"approved\":[{\"id\":\"did:key:zzz\"}]}",
        "{\"approved\":[{\"id\":7}]}",
        "{\"approved\":{}} x"
      })
  void aDamagedFileIsNamedInOneLine(String text) throws Exception {
    Files.writeString(folder.resolve("trust.json"), text);
    Files.setPosixFilePermissions(
        folder.resolve("trust.json"), PosixFilePermissions.fromString("rw-------"));

    AgentException failure =
        catchThrowableOfType(AgentException.class, () -> home.approved().read());

    assertThat(failure.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(failure.getMessage()).contains("trust.json is damaged").doesNotContain("\n");
  }

  @Test
  void aFileThatOthersCanWriteIsNotBelieved() throws Exception {
    approve(someone(), Grant.ALL);
    Files.setPosixFilePermissions(
        folder.resolve("trust.json"), PosixFilePermissions.fromString("rw-rw-rw-"));

    AgentException failure =
        catchThrowableOfType(AgentException.class, () -> home.approved().read());

    assertThat(failure).hasMessageContaining("chmod 600");
  }

  @Test
  void fieldsOfLaterVersionsAreIgnoredAndAnEmptyFileIsEmpty() throws Exception {
    Path file = folder.resolve("trust.json");
    Files.writeString(file, "{\"version\":2}");
    assertThat(home.approved().read().approved()).isEmpty();
    Files.writeString(file, "");

    assertThat(home.approved().read().approved()).isEmpty();
  }

  @Test
  void rulesOutliveAFileThatIsDamagedForAWhile() throws Exception {
    AgentId id = someone();
    approve(id, Grant.ALL);
    RuleReader reader = new RuleReader(Map.of(), someone(), home);
    assertThat(reader.read().of(id)).isEqualTo(Grant.ALL);

    Files.writeString(folder.resolve("trust.json"), "{");
    assertThat(reader.read().of(id)).isEqualTo(Grant.ALL);

    Files.delete(folder.resolve("trust.json"));
    assertThat(reader.read().of(id)).isEqualTo(Grant.NONE);
  }

  @Test
  void anInvitationIsGoodOnceForOneAgentAndInTime() {
    InviteBook book = new InviteBook(home);
    AgentId agent = someone();
    AgentId caller = someone();
    byte[] secret = book.make(agent, Grant.ALL, Duration.ofMinutes(1), NOW);
    byte[] late = book.make(agent, Grant.ALL, Duration.ofMinutes(1), NOW);

    assertThat(book.redeem(someone(), secret, caller, "x", NOW)).isNull();
    assertThat(book.redeem(agent, new byte[24], caller, "x", NOW)).isNull();
    assertThat(book.redeem(agent, secret, caller, "x", NOW)).isEqualTo(Grant.ALL);
    assertThat(book.redeem(agent, secret, someone(), "x", NOW)).isNull();
    assertThat(book.redeem(agent, late, caller, "x", NOW.plusSeconds(60))).isNull();
    assertThat(home.approved().read().approved()).hasSize(1);
  }

  @Test
  void manyCallersAtOnceUseOneInvitationOnce() throws Exception {
    AgentId agent = someone();
    byte[] secret = new InviteBook(home).make(agent, Grant.ALL, Duration.ofMinutes(1), NOW);
    AtomicInteger redeemed = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        all.add(
            CompletableFuture.runAsync(
                () -> {
                  InviteBook book = new InviteBook(TrustHome.at(folder));
                  if (book.redeem(agent, secret, someone(), "x", NOW) != null) {
                    redeemed.incrementAndGet();
                  }
                },
                threads));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    } finally {
      threads.shutdown();
    }

    assertThat(redeemed).hasValue(1);
  }

  @Test
  void theListOfThoseWhoWaitIsBoundedAndKeepsTheNewest() {
    PendingCallers pending = new PendingCallers(home);
    Rules nobody = new Rules(Map.of(), Map.of());
    AgentId last = someone();
    for (int i = 0; i < 3 * PendingCallers.MAX; i++) {
      pending.note(someone(), "n".repeat(5_000), "here", "me", NOW.plusSeconds(i));
      if (i % 50 == 0) {
        pending.save(nobody);
      }
    }
    pending.note(last, "last", "there", "me", NOW.plusSeconds(1_000));
    pending.note(last, "last", "there", "me", NOW.plusSeconds(1_001));
    pending.save(nobody);

    List<TrustFiles.Caller> callers = home.pending().read().pending();
    assertThat(callers).hasSize(PendingCallers.MAX);
    assertThat(callers.get(0))
        .isEqualTo(
            new TrustFiles.Caller(
                last, "last", "there", "me", NOW.plusSeconds(1_000), NOW.plusSeconds(1_001), 2));
    assertThat(callers).allSatisfy(caller -> assertThat(caller.name()).hasSizeLessThan(129));
  }

  @Test
  void whoWasApprovedMeanwhileDoesNotWaitAnyMore() {
    PendingCallers pending = new PendingCallers(home);
    AgentId id = someone();
    pending.note(id, "planner", "here", "me", NOW);
    pending.save(new Rules(Map.of(id, Grant.ALL), Map.of()));

    assertThat(folder.resolve("pending.json")).doesNotExist();
  }

  @Test
  void aHomeThatCannotBeWrittenCostsNothingButTheMemory() throws Exception {
    // A file where the folder should be stops root too.
    Path file = Files.writeString(folder.resolve("home"), "");
    TrustHome none = TrustHome.at(file);
    PendingCallers pending = new PendingCallers(none);
    pending.note(someone(), "planner", "here", "me", NOW);
    pending.save(new Rules(Map.of(), Map.of()));
    Pins pins = new Pins(none, new Lane(Runnable::run), Clock.systemUTC());
    AgentId id = someone();

    assertThat(pins.pin("a", id, URI.create("ws://a")).toCompletableFuture().join()).isEqualTo(id);
    assertThat(pins.find("a").toCompletableFuture().join()).isEqualTo(id);
    assertThat(pins.pin("a", someone(), URI.create("ws://a")).toCompletableFuture().join())
        .isEqualTo(id);
  }

  @Test
  void aPinHasTheNameOfThePeerOrItsAddressWhateverTheScheme() {
    assertThat(Pins.nameOf("library", URI.create("ws://a:1"))).isEqualTo("library");
    for (String scheme : List.of("ws", "wss", "grpc", "https+poll")) {
      assertThat(Pins.nameOf(null, URI.create(scheme + "://user@LIB:1/"))).isEqualTo("lib:1");
    }
    assertThat(Pins.nameOf(null, URI.create("ws://a:1/librarian?x=y"))).isEqualTo("a:1/librarian");
    assertThat(Pins.nameOf(null, URI.create("p2p:somebody"))).isEqualTo("somebody");
  }
}
