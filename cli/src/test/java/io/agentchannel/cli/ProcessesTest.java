package io.agentchannel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only whole processes show: signals, keys in a home, and what is left behind. */
@Timeout(120)
class ProcessesTest {
  @TempDir Path home;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void stop() {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("AGENTCHANNEL_HOME", home.toString());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static BufferedReader out(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static BufferedReader err(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
  }

  private static String endpointOf(Process serve) throws IOException {
    String line = err(serve).readLine();
    assertThat(line).startsWith("ready did:key:z6Mk");
    return line.split(" ")[2];
  }

  private static ProcessHandle processOf(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private static void awaitEnd(ProcessHandle process) throws Exception {
    process.onExit().get(20, TimeUnit.SECONDS);
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(40, TimeUnit.SECONDS)).as("ended").isTrue();
    return process.exitValue();
  }

  private Process serve(String command) throws IOException {
    return start(
        "serve",
        "--listen",
        "ws://127.0.0.1:0",
        "--op",
        "run",
        "--exec",
        command,
        "--stream",
        "--set",
        "drain=1s");
  }

  @Test
  void anInterruptedClientEndsWith130AndItsProgramWithIt() throws Exception {
    Process serve = serve("echo $$; sleep 300 & echo $!; wait");
    Process stream = start("stream", endpointOf(serve), "run");
    BufferedReader items = out(stream);
    ProcessHandle shell = processOf(items.readLine());
    ProcessHandle child = processOf(items.readLine());

    stream.destroy();

    assertThat(exitCode(stream)).isEqualTo(130);
    awaitEnd(shell);
    awaitEnd(child);
    assertThat(serve.isAlive()).isTrue();
  }

  @Test
  void aServerThatIsToldToStopEndsItsProgramsAndIsFine() throws Exception {
    Process serve = serve("echo $$; sleep 300 & echo $!; wait");
    Process stream = start("stream", endpointOf(serve), "run");
    BufferedReader items = out(stream);
    ProcessHandle shell = processOf(items.readLine());
    ProcessHandle child = processOf(items.readLine());

    serve.destroy();

    assertThat(exitCode(serve)).isZero();
    awaitEnd(shell);
    awaitEnd(child);
    assertThat(exitCode(stream)).isIn(3, 4, 130);
  }

  @Test
  void anIdIsKeptInTheHome() throws Exception {
    Process first = start("id");
    String id = out(first).readLine();
    Process second = start("id");

    assertThat(id).startsWith("did:key:z6Mk");
    assertThat(out(second).readLine()).isEqualTo(id);
    assertThat(exitCode(first)).isZero();
    assertThat(exitCode(second)).isZero();
    assertThat(home.resolve("keys/cli.pem")).isRegularFile();
  }

  @Test
  void aFailureIsOneLineWithoutAStackTraceOrALog() throws Exception {
    Process call = start("call", "librarian", "upper");

    assertThat(err(call).lines()).hasSize(1).first().asString().startsWith("agentchannel: ");
    assertThat(exitCode(call)).isEqualTo(3);
  }
}
