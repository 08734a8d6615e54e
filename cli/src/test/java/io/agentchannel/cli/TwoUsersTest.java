package io.agentchannel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two users, each with a home and an address of their own, meet for the first time: the commands of
 * docs/guide/first-contact.md.
 */
@Timeout(180)
class TwoUsersTest {
  @TempDir Path folder;

  private final List<Process> started = new ArrayList<>();
  private String endpoint;

  /** What came of a command. */
  private record Result(int exit, String out, String err) {}

  @BeforeEach
  void annaServes() throws Exception {
    endpoint = serve();
  }

  @AfterEach
  void stop() throws Exception {
    for (Process process : started) {
      process.destroy();
    }
    for (Process process : started) {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private String serve() throws Exception {
    Process serve =
        start(
            "anna",
            "serve",
            "--name",
            "librarian",
            "--listen",
            "ws://" + annasAddress() + ":0",
            "--op",
            "upper",
            "--exec",
            "tr a-z A-Z",
            "--op",
            "reverse",
            "--exec",
            "rev");
    String line = err(serve).readLine();
    assertThat(line).startsWith("ready did:key:z6Mk");
    CompletableFuture.runAsync(() -> err(serve).lines().forEach(ignored -> {}));
    return line.split(" ")[2];
  }

  /** Another address than Ben's, where the system has one. */
  private static String annasAddress() {
    boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
    return linux ? "127.0.0.2" : "127.0.0.1";
  }

  private Process start(String user, String... args) throws IOException {
    ProcessBuilder builder = command(List.of(), args);
    builder.environment().put("AGENTCHANNEL_HOME", home(user).toString());
    return start(builder);
  }

  private static ProcessBuilder command(List<String> options, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(Arrays.asList(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("AGENTCHANNEL_"));
    return builder;
  }

  private Process start(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    process.getOutputStream().close();
    started.add(process);
    return process;
  }

  private Path home(String user) {
    return folder.resolve(user);
  }

  private static BufferedReader err(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
  }

  private static String read(BufferedReader reader) {
    StringBuilder text = new StringBuilder();
    reader.lines().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  private Result run(String user, String... args) throws Exception {
    return result(start(user, args));
  }

  private static Result result(Process process) throws Exception {
    CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> read(err(process)));
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), out, err.get(10, TimeUnit.SECONDS));
  }

  private static void assertFine(Result result) {
    assertThat(result.exit()).as(result.toString()).isZero();
  }

  /** What the refusal says to run, without the name of the program. */
  private static String[] commandIn(String refusal) {
    int at = refusal.indexOf("agentchannel trust approve ");
    assertThat(at).as(refusal).isPositive();
    String[] words = refusal.substring(at, refusal.indexOf('`', at)).split(" ");
    return Arrays.copyOfRange(words, 1, words.length);
  }

  @Test
  void theRefusalSaysWhatToRunAndThatLetsTheCallerIn() throws Exception {
    Result refused = run("ben", "call", endpoint, "upper", "--data", "hello");
    assertThat(refused.exit()).isEqualTo(4);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err().lines()).hasSize(1);
    String ben = run("ben", "id").out().strip();
    assertThat(refused.err()).contains("agentchannel trust approve " + ben.substring(8));

    Result list = run("anna", "trust", "list");
    assertFine(list);
    assertThat(list.out()).contains("waits    " + ben + "  calls itself cli");

    Result approved = run("anna", commandIn(refused.err()));
    assertFine(approved);
    assertThat(approved.out()).isEqualTo(ben + ", which calls itself cli, may call everything\n");

    Result call = run("ben", "call", endpoint, "upper", "--data", "hello");
    assertThat(call.out()).as(call.err()).isEqualTo("HELLO\n");
    assertThat(run("ben", "trust", "list").out()).contains("pinned   " + endpoint.substring(5));

    Result revoked = run("anna", "trust", "revoke", ben);
    assertFine(revoked);
    assertThat(run("ben", "call", endpoint, "upper").exit()).isEqualTo(4);
  }

  @Test
  void aCallWaitsForTheApproval() throws Exception {
    Process call = start("ben", "call", endpoint, "upper", "--data", "hello", "--wait", "1m");
    String waiting = err(call).readLine();
    assertThat(waiting).startsWith("waiting: ");

    assertFine(run("anna", commandIn(waiting)));

    Result result = result(call);
    assertThat(result.out()).isEqualTo("HELLO\n");
    assertThat(result.err()).isEmpty();
    assertFine(result);
  }

  @Test
  void anApprovalMayBeForSomeOperations() throws Exception {
    String ben = run("ben", "id").out().strip();
    Result approved = run("anna", "trust", "approve", ben, "--ops", "upper");
    assertThat(approved.out()).isEqualTo(ben + " may call upper\n");

    assertFine(run("ben", "call", endpoint, "upper", "--data", "hello"));
    Result refused = run("ben", "call", endpoint, "reverse", "--data", "hello");
    assertThat(refused.exit()).isEqualTo(4);
    assertFine(run("anna", commandIn(refused.err())));
    Result call = run("ben", "call", endpoint, "reverse", "--data", "hello");
    assertThat(call.out()).as(call.err()).isEqualTo("olleh\n");
  }

  @Test
  void anInvitationIsUsedOnceAndThenBothSidesKnowEachOther() throws Exception {
    Result invite =
        run("anna", "invite", "--name", "librarian", "--ops", "upper", "--at", endpoint);
    assertFine(invite);
    assertThat(invite.out()).hasLineCount(1);
    String invitation = invite.out().strip();
    assertThat(invitation).startsWith("agentchannel:did:key:z6Mk").contains("secret=");

    Result first = run("ben", "call", invitation, "upper", "--data", "hello");
    assertThat(first.out()).as(first.err()).isEqualTo("HELLO\n");
    Result again = run("ben", "call", endpoint, "upper", "--data", "again");
    assertThat(again.out()).as(again.err()).isEqualTo("AGAIN\n");
    Result other = run("carl", "call", invitation, "upper", "--data", "hello");
    assertThat(other.exit()).isEqualTo(4);
    assertThat(other.err()).contains("was used").doesNotContain(secretOf(invitation));
  }

  private static String secretOf(String invitation) {
    return invitation.substring(invitation.indexOf("secret=") + "secret=".length());
  }

  @Test
  void anotherKeyInThePlaceOfAPinnedOneIsAcceptedByACommand() throws Exception {
    assertFine(run("anna", "trust", "approve", run("ben", "id").out().strip()));
    assertFine(run("ben", "call", endpoint, "upper", "--data", "x"));
    Process before = started.get(0);
    before.destroy();
    assertThat(before.waitFor(30, TimeUnit.SECONDS)).isTrue();
    Files.delete(home("anna").resolve("keys/librarian.pem"));
    Process again =
        start(
            "anna",
            "serve",
            "--name",
            "librarian",
            "--listen",
            endpoint,
            "--op",
            "upper",
            "--exec",
            "tr a-z A-Z");
    assertThat(err(again).readLine()).startsWith("ready ");

    Result refused = run("ben", "call", endpoint, "upper", "--data", "x");

    assertThat(refused.exit()).isEqualTo(4);
    String forget = "agentchannel trust forget " + endpoint.substring("ws://".length());
    assertThat(refused.err()).contains(forget).contains("UNAUTHENTICATED");
    assertFine(run("ben", "trust", "forget", endpoint.substring("ws://".length())));
    assertFine(run("ben", "call", endpoint, "upper", "--data", "x"));
  }

  @Test
  void whatCannotBeDoneIsOneLine() throws Exception {
    String stranger = run("ben", "id").out().strip();

    Result unknown = run("anna", "trust", "revoke", stranger);
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err().lines())
        .hasSize(1)
        .first()
        .asString()
        .contains("neither approved nor waiting");
    assertThat(run("anna", "trust", "approve", "z6MkNobody").exit()).isEqualTo(2);
    assertThat(run("anna", "trust", "forget", "nowhere").exit()).isEqualTo(1);
    assertThat(run("anna", "invite", "--name", "librarian").exit()).isEqualTo(2);
    assertThat(run("anna", "invite").exit()).isEqualTo(2);
    String own = run("anna", "id", "--name", "librarian").out().strip();
    Result home = run("anna", "trust", "revoke", own);
    assertThat(home.exit()).isEqualTo(1);
    assertThat(home.err()).contains("librarian.pem");
  }

  @Test
  void aKeyFileOrAHomeThatCannotBeUsedIsOneLine() throws Exception {
    Path keys = Files.createDirectories(home("dora").resolve("keys"));
    Path key = keys.resolve("cli.pem");
    assertFine(run("dora", "id"));
    String good = Files.readString(key);

    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertOneLine(run("dora", "id"), "chmod 600");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(key, good.substring(0, good.length() / 2));
    assertOneLine(run("dora", "id"), "cut off");
    Files.writeString(key, good.replace("PRIVATE", "PUBLIC"));
    assertOneLine(run("dora", "id"), "PUBLIC KEY");
    Files.writeString(folder.resolve("eve"), "a file where a folder should be");
    assertOneLine(run("eve", "id"), "no home for keys");
    String id = run("ben", "id").out().strip();
    assertOneLine(run("eve", "trust", "approve", id), "no home for keys");
  }

  @Test
  void aUserWithoutAHomeIsToldSoInOneLine() throws Exception {
    for (String[] args : new String[][] {{"id"}, {"trust", "list"}}) {
      Result result =
          result(start(command(List.of("-Duser.home=" + folder.resolve("nowhere")), args)));

      assertOneLine(result, "this user has no home folder; set AGENTCHANNEL_HOME");
      assertThat(result.exit()).isEqualTo(1);
    }
  }

  private static void assertOneLine(Result result, String saying) {
    assertThat(result.exit()).as(result.toString()).isBetween(1, 2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains(saying);
  }
}
