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
import io.agentchannel.Code;
import io.agentchannel.EventHandler;
import io.agentchannel.Operation;
import io.agentchannel.Outcome;
import io.agentchannel.Topic;
import io.agentchannel.TrustStore;
import io.agentchannel.Unary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who may call whom, between agents of two users that have never met. */
class TrustTest extends TwoUsers {
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
}
