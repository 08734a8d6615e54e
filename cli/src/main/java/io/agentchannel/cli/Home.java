package io.agentchannel.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether this user's keys can be kept: in {@code $AGENTCHANNEL_HOME}, or {@code ~/.agentchannel}.
 * The runtime decides and says what is wrong; this guess spares short commands its error.
 */
final class Home {
  private Home() {}

  static boolean canKeepKeys() {
    return canKeepKeys(System.getenv("AGENTCHANNEL_HOME"), System.getProperty("user.home"));
  }

  static boolean canKeepKeys(@Nullable String variable, @Nullable String userHome) {
    if (variable != null && !variable.isBlank()) {
      return canMake(Path.of(variable).toAbsolutePath());
    }
    // A user without a home has "?", "/" or a folder that is not there.
    if (userHome == null || userHome.equals("/") || !Files.isDirectory(Path.of(userHome))) {
      return false;
    }
    return canMake(Path.of(userHome).resolve(".agentchannel").toAbsolutePath());
  }

  private static boolean canMake(Path home) {
    for (Path one = home.resolve("keys"); one != null; one = one.getParent()) {
      if (Files.exists(one)) {
        return Files.isDirectory(one) && Files.isWritable(one);
      }
    }
    return false;
  }
}
