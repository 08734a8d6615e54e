package io.agentchannel.core;

import static io.agentchannel.core.Homes.serving;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.agentchannel.Agent;
import io.agentchannel.AgentCard;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.EventHandler;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Topic;
import io.agentchannel.TrustStore;
import io.agentchannel.Unary;
import io.agentchannel.spi.AgentSpec.Service;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.testkit.Hostility;
import io.agentchannel.testkit.contract.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may call whom, between agents of two users that have never met. */
class TrustTest {
  private static final Unary<String, String> ASK =
      Operation.unary("ask", String.class, String.class);
  private static final Unary<String, String> CHAT =
      Operation.unary("chat", String.class, String.class);

  @TempDir Path folder;

  private final LeakCheck leaks = LeakCheck.begin();
  private final AtomicInteger runs = new AtomicInteger();
  private Homes homes;

  @BeforeEach
  void makeHomes() {
    homes = new Homes(folder);
  }

  @AfterEach
  void closeAll() {
    homes.close();
    leaks.assertNothingLeft();
  }

  private Agent librarian(Map<String, Object> more) throws IOException {
    Map<String, Object> config = new HashMap<>();
    config.put("name", "librarian");
    config.put("listen", List.of("memory://*"));
    config.putAll(more);
    return homes.start("anna", config, echo(ASK), echo(CHAT));
  }

  private Service echo(Unary<String, String> operation) {
    return serving(
        operation,
        (text, call) -> {
          runs.incrementAndGet();
          return text;
        });
  }

  private Agent planner() throws IOException {
    return homes.start("ben", Map.of("name", "planner"));
  }

  private static AgentChannel channel(Agent from, Agent to) {
    return from.channel(to.endpoints().get(0).toString());
  }

  private static AgentException refused(AgentChannel channel, Unary<String, String> operation) {
    return catchThrowableOfType(AgentException.class, () -> channel.request(operation, "x"));
  }

  private static String shortId(Agent agent) {
    return agent.id().toString().substring("did:key:".length());
  }

  @Test
  void aStrangerIsRefusedWithTheCommandThatLetsItInAndStandsInTheList() throws Exception {
    Agent librarian = librarian(Map.of());
    Agent planner = planner();

    AgentException refusal = refused(channel(planner, librarian), ASK);

    assertThat(refusal.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(refusal)
        .hasMessageEndingWith("`agentchannel trust approve " + shortId(planner) + "`");
    assertThat(runs).hasValue(0);
    TrustStore trust = homes.trust("anna");
    await().until(() -> trust.pending().size() == 1);
    TrustStore.Pending pending = trust.pending().get(0);
    assertThat(pending.id()).isEqualTo(planner.id());
    assertThat(pending.name()).isEqualTo("planner");
    assertThat(pending.called()).isEqualTo("librarian");
    assertThat(pending.count()).isEqualTo(1);
  }

  @Test
  void anApprovalTakesEffectAtTheNextCall() throws Exception {
    Agent librarian = librarian(Map.of());
    Agent planner = planner();
    AgentChannel channel = channel(planner, librarian);
    refused(channel, ASK);
    TrustStore trust = homes.trust("anna");

    TrustStore.Allowed allowed = trust.approve(planner.id(), Set.of("*"));

    assertThat(allowed.operations()).containsExactly("*");
    assertThat(channel.request(ASK, "hello")).isEqualTo("hello");
    assertThat(trust.pending()).isEmpty();
  }

  @Test
  void onlyWhatIsApprovedMayBeCalled() throws Exception {
    Agent librarian = librarian(Map.of());
    Agent planner = planner();
    TrustStore trust = homes.trust("anna");
    trust.approve(planner.id(), Set.of("ask"));
    AgentChannel channel = channel(planner, librarian);

    assertThat(channel.request(ASK, "hello")).isEqualTo("hello");
    AgentException refusal = refused(channel, CHAT);
    assertThat(refusal.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(refusal)
        .hasMessageEndingWith("`agentchannel trust approve " + shortId(planner) + " --ops chat`");
    trust.approve(planner.id(), Set.of("chat"));
    assertThat(channel.request(CHAT, "now")).isEqualTo("now");
    assertThat(channel.request(ASK, "still")).isEqualTo("still");
  }

  @Test
  void topicsAreApprovedByNameAsOperationsAre() throws Exception {
    Topic<String> news = Topic.of("news", String.class);
    Agent librarian = librarian(Map.of());
    Agent planner = planner();
    TrustStore trust = homes.trust("anna");
    trust.approve(planner.id(), Set.of("ask"));
    AgentChannel channel = channel(planner, librarian);
    assertThat(channel.request(ASK, "hello")).isEqualTo("hello");

    AgentException refusal = subscription(channel, news).get(10, SECONDS);
    assertThat(refusal.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(refusal).hasMessageContaining("--ops news");
    trust.approve(planner.id(), Set.of("news"));
    await()
        .until(
            () -> {
              CompletableFuture<AgentException> end = subscription(channel, news);
              assertThat(channel.request(ASK, "the subscription is there before")).isNotEmpty();
              return !end.isDone();
            });
  }

  /** Completes with what ends it. */
  private static CompletableFuture<AgentException> subscription(
      AgentChannel channel, Topic<String> topic) {
    CompletableFuture<AgentException> end = new CompletableFuture<>();
    channel.subscribe(
        topic,
        new EventHandler<>() {
          @Override
          public void onEvent(String event) {}

          @Override
          public void onClosed(@Nullable AgentException failure) {
            end.complete(failure);
          }
        });
    return end;
  }

  @Test
  void aRevocationCancelsWhatRunsAndClosesTheLinks() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Unary<String, String> slow = Operation.unary("slow", String.class, String.class);
    Agent librarian =
        homes.start(
            "anna",
            Map.of("name", "librarian", "listen", List.of("memory://*")),
            serving(
                slow,
                (text, call) -> {
                  running.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } finally {
                    interrupted.countDown();
                  }
                  return text;
                }));
    Agent planner = planner();
    TrustStore trust = homes.trust("anna");
    trust.approve(planner.id(), Set.of("*"));
    CompletableFuture<String> reply = channel(planner, librarian).requestAsync(slow, "x");
    assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();

    trust.revoke(planner.id());

    assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    ExecutionException failure =
        catchThrowableOfType(ExecutionException.class, () -> reply.get(5, TimeUnit.SECONDS));
    assertThat(((AgentException) failure.getCause()).code()).isEqualTo(Code.PERMISSION_DENIED);
    await()
        .until(
            () -> !librarian.channel(planner.id().toString()).explain().routes().get(0).chosen());
    assertThat(refused(channel(planner, librarian), slow).code()).isEqualTo(Code.PERMISSION_DENIED);
  }

  @Test
  void theKeysOfOneHomeTrustEachOtherUntilTheyAreGone() throws Exception {
    Agent librarian = librarian(Map.of());
    Agent cli = homes.start("anna", Map.of("name", "cli"));
    AgentChannel channel = channel(cli, librarian);
    assertThat(channel.request(ASK, "hello")).isEqualTo("hello");

    Files.delete(homes.of("anna").resolve("keys/cli.pem"));

    await().until(() -> channel.explain().routes().get(0).lastError() != null);
    assertThat(refused(channel, ASK).code()).isEqualTo(Code.PERMISSION_DENIED);
  }

  @Test
  void aKeyThatOthersCanReadMakesNobodyTrusted() throws Exception {
    Agent librarian = librarian(Map.of());
    Agent cli = homes.start("anna", Map.of("name", "cli"));
    AgentChannel channel = channel(cli, librarian);
    assertThat(channel.request(ASK, "hello")).isEqualTo("hello");
    Path key = homes.of("anna").resolve("keys/cli.pem");

    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setLastModifiedTime(key, java.nio.file.attribute.FileTime.fromMillis(1_000));

    await().until(() -> channel.explain().routes().get(0).lastError() != null);
    assertThat(refused(channel, ASK).code()).isEqualTo(Code.PERMISSION_DENIED);
  }

  @Test
  void theConfigurationAllowsByIdAndOperation() throws Exception {
    Agent planner = planner();
    Agent librarian =
        librarian(
            Map.of(
                "trust.policy",
                "allow",
                "trust.allow",
                Map.of(planner.id().toString(), List.of("ask"))));
    AgentChannel channel = channel(planner, librarian);

    assertThat(channel.request(ASK, "hello")).isEqualTo("hello");
    assertThat(refused(channel, CHAT).code()).isEqualTo(Code.PERMISSION_DENIED);
  }

  @Test
  void underThePolicyAllowNobodyWaitsForApproval() throws Exception {
    Agent librarian = librarian(Map.of("trust.policy", "allow"));
    Agent planner = planner();

    assertThat(refused(channel(planner, librarian), ASK).code()).isEqualTo(Code.PERMISSION_DENIED);

    assertThat(homes.trust("anna").pending()).isEmpty();
    assertThat(homes.of("anna").resolve("pending.json")).doesNotExist();
  }

  @Test
  void underThePolicyOpenEveryAgentMayCall() throws Exception {
    Agent librarian = librarian(Map.of("trust.policy", "open"));

    assertThat(channel(planner(), librarian).request(ASK, "hello")).isEqualTo("hello");
  }

  @Test
  void whomWeCallMayConnectButNotCallUs() throws Exception {
    Agent planner = planner();
    Agent librarian = librarian(Map.of("peers.planner.id", planner.id().toString()));
    AgentChannel channel = channel(planner, librarian);

    AgentException refusal = refused(channel, ASK);

    assertThat(refusal.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(refusal)
        .hasMessageEndingWith("`agentchannel trust approve " + shortId(planner) + "`");
    await().until(() -> librarian.channel("planner").explain().routes().get(0).chosen());
  }

  @Test
  void anotherKeyAtAPinnedAddressIsRefusedUntilItIsForgotten() throws Exception {
    Agent first = librarian(Map.of("trust.policy", "open"));
    String address = first.endpoints().get(0).toString();
    Agent planner = planner();
    AgentChannel channel = planner.channel(address);
    assertThat(channel.request(ASK, "hello")).isEqualTo("hello");
    TrustStore trust = homes.trust("ben");
    assertThat(trust.pins()).singleElement().extracting(TrustStore.Pin::id).isEqualTo(first.id());
    String pin = trust.pins().get(0).name();
    first.close();
    Agent second =
        homes.start(
            "carl",
            Map.of("name", "librarian", "listen", List.of(address), "trust.policy", "open"),
            echo(ASK));

    AgentException refusal = refused(channel, ASK);

    assertThat(refusal.code()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(refusal).hasMessageContaining("agentchannel trust forget " + pin);
    assertThat(runs).hasValue(1);
    assertThat(trust.forget(pin)).isEqualTo(first.id());
    assertThat(channel.request(ASK, "again")).isEqualTo("again");
    assertThat(channel.explain().peer()).isEqualTo(second.id());
  }

  @Test
  void aPinBelongsToTheConfiguredNameWhereverThePeerIs() throws Exception {
    Agent first = librarian(Map.of("trust.policy", "open"));
    Agent other =
        homes.start(
            "carl",
            Map.of("name", "librarian", "listen", List.of("memory://*"), "trust.policy", "open"),
            echo(ASK));
    Agent before = homes.start("ben", Map.of("name", "planner", "peers.library.at", at(first)));
    assertThat(before.channel("library").request(ASK, "x")).isEqualTo("x");
    before.close();
    Agent after = homes.start("ben", Map.of("name", "planner", "peers.library.at", at(other)));

    AgentException refusal = refused(after.channel("library"), ASK);

    assertThat(refusal.code()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(refusal).hasMessageContaining("agentchannel trust forget library");
  }

  private static List<String> at(Agent agent) {
    return List.of(agent.endpoints().get(0).toString());
  }

  @Test
  void agentsOfOnesOwnHomeAreNotPinned() throws Exception {
    Agent librarian = librarian(Map.of());
    Agent cli = homes.start("anna", Map.of("name", "cli"));

    assertThat(channel(cli, librarian).request(ASK, "hello")).isEqualTo("hello");

    assertThat(homes.trust("anna").pins()).isEmpty();
  }

  @Test
  void anAgentThatIsNotKeptKeepsNothingInTheHome() throws Exception {
    Agent librarian = librarian(Map.of("identity", "ephemeral"));
    Agent planner = homes.start("ben", Map.of("name", "planner", "identity", "ephemeral"));
    Agent open =
        homes.start(
            "carl",
            Map.of("name", "open", "listen", List.of("memory://*"), "trust.policy", "open"),
            echo(ASK));

    refused(channel(planner, librarian), ASK);
    assertThat(channel(planner, open).request(ASK, "x")).isEqualTo("x");

    assertThat(homes.of("anna").resolve("pending.json")).doesNotExist();
    assertThat(homes.of("ben").resolve("pins.json")).doesNotExist();
    homes.trust("anna").approve(planner.id(), Set.of("*"));
    assertThat(channel(planner, librarian).request(ASK, "x")).isEqualTo("x");
  }

  @Test
  void anInvitationPinsBothSidesOnce() throws Exception {
    Agent librarian = librarian(Map.of());
    Agent planner = planner();
    String invitation =
        homes
            .trust("anna", Map.of("name", "librarian"))
            .invite(Set.of("ask"), Duration.ofMinutes(10), librarian.endpoints());
    AgentChannel channel = planner.channel(invitation);

    assertThat(channel.request(ASK, "hello")).isEqualTo("hello");

    assertThat(refused(channel, CHAT).code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(homes.trust("anna").allowed())
        .filteredOn(allowed -> allowed.source() == TrustStore.Source.APPROVED)
        .singleElement()
        .satisfies(
            allowed -> {
              assertThat(allowed.id()).isEqualTo(planner.id());
              assertThat(allowed.operations()).containsExactly("ask");
            });
    await().until(() -> homes.trust("ben").pins().size() == 1);
    assertThat(homes.trust("ben").pins().get(0).id()).isEqualTo(librarian.id());
    Agent thief = homes.start("carl", Map.of("name", "thief"));
    AgentException refusal = refused(thief.channel(invitation), ASK);
    assertThat(refusal.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(refusal).hasMessageContaining("was used, has run out");
  }

  @Test
  void whoWasInvitedIsReachedByItsIdFromThenOn() throws Exception {
    Agent librarian = librarian(Map.of());
    String invitation =
        homes
            .trust("anna", Map.of("name", "librarian"))
            .invite(Set.of("*"), Duration.ofMinutes(10), librarian.endpoints());
    Agent planner = planner();
    planner.channel(invitation).request(ASK, "hello");
    await().until(() -> homes.trust("ben").pins().size() == 1);
    planner.close();

    AgentId id = librarian.id();
    assertThat(planner().channel(id.toString()).request(ASK, "again")).isEqualTo("again");
  }

  @Test
  void anInvitationThatHasRunOutIsRefused() throws Exception {
    Agent librarian = librarian(Map.of());
    String invitation =
        homes
            .trust("anna", Map.of("name", "librarian"))
            .invite(Set.of("*"), Duration.ofNanos(1), librarian.endpoints());

    AgentException refusal = refused(planner().channel(invitation), ASK);

    assertThat(refusal.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(refusal).hasMessageContaining("has run out");
    String secret = invitation.substring(invitation.indexOf("secret=") + 7);
    assertThat(refusal.toString()).doesNotContain(secret);
    assertThat(Files.readString(homes.of("anna").resolve("invites.json"))).doesNotContain(secret);
  }

  @Test
  void anInvitationInTheConfigurationIsAnEndpointToo() throws Exception {
    Agent librarian = librarian(Map.of());
    String invitation =
        homes
            .trust("anna", Map.of("name", "librarian"))
            .invite(Set.of("*"), Duration.ofMinutes(10), librarian.endpoints());
    Agent planner =
        homes.start("ben", Map.of("name", "planner", "peers.library.at", List.of(invitation)));

    assertThat(planner.channel("library").request(ASK, "hello")).isEqualTo("hello");
    assertThat(planner.channel("library").explain().toString())
        .doesNotContain(invitation.substring(invitation.indexOf("secret=") + 7));
  }

  @Test
  void throughABrokerThePeersIdIsRequired() throws Exception {
    Agent librarian = librarian(Map.of("trust.policy", "open"));
    String brokered =
        Hostility.none()
            .path(LinkInfo.Path.BROKERED)
            .applyTo(librarian.endpoints().get(0))
            .toString();
    Agent planner =
        homes.start(
            "ben",
            Map.of(
                "name",
                "planner",
                "peers.library.id",
                librarian.id().toString(),
                "peers.library.at",
                List.of(brokered)));

    AgentException refusal = refused(planner.channel(brokered), ASK);

    assertThat(refusal.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(refusal).hasMessageContaining("its id must be known");
    assertThat(homes.trust("ben").pins()).isEmpty();
    assertThat(planner.channel("library").request(ASK, "hello")).isEqualTo("hello");
  }

  @Test
  void theCardOfAPeerIsSignedByIt() throws Exception {
    Agent librarian = librarian(Map.of("trust.policy", "open"));

    AgentCard card = channel(planner(), librarian).card();

    assertThat(card.id()).isEqualTo(librarian.id());
    assertThat(card.name()).isEqualTo("librarian");
    assertThat(card.operations()).extracting("name").containsExactly("ask", "chat");
  }

  @Test
  void strangersDoNotSeeTheCard() throws Exception {
    Agent librarian = librarian(Map.of());
    AgentChannel channel = channel(planner(), librarian);

    AgentException refusal = catchThrowableOfType(AgentException.class, channel::card);

    assertThat(refusal.code()).isEqualTo(Code.PERMISSION_DENIED);
  }

  @Test
  void thePathOfAnEndpointMaySayWhoHasToAnswer() throws Exception {
    Agent librarian = librarian(Map.of("trust.policy", "open"));
    Agent planner = planner();
    String endpoint = librarian.endpoints().get(0).toString();

    assertThat(planner.channel(endpoint + "/" + librarian.id()).request(ASK, "x")).isEqualTo("x");
    AgentException refusal = refused(planner.channel(endpoint + "/" + planner.id()), ASK);
    assertThat(refusal.code()).isIn(Code.NOT_FOUND, Code.UNAUTHENTICATED);
  }
}
