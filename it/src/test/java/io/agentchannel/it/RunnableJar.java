package io.agentchannel.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one runnable jar, with a home of its own. */
record RunnableJar(Path home) {

  Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-jar"));
    command.add(System.getProperty("agentchannel.jar"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("AGENTCHANNEL_"));
    builder.environment().put("AGENTCHANNEL_HOME", home.toString());
    return builder.start();
  }

  /** Waits until a server says on its stderr what matches. */
  static Matcher awaitLine(Process server, Pattern pattern) throws IOException {
    BufferedReader stderr = server.errorReader(UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = stderr.readLine(); line != null; line = stderr.readLine()) {
      said.append(line).append('\n');
      Matcher found = pattern.matcher(line);
      if (found.find()) {
        return found;
      }
    }
    throw new AssertionError("it never said that it is ready: " + said);
  }

  /** Stops a server with SIGTERM. */
  static void stop(Process server) throws InterruptedException {
    server.destroy();
    assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).as("SIGTERM is an orderly end").isZero();
  }
}
