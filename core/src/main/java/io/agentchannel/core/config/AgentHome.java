package io.agentchannel.core.config;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.OneLine;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent keeps its keys: {@code $AGENTCHANNEL_HOME}, else {@code ~/.agentchannel}. Nothing
 * is looked for or created before it is asked for, so that an agent that needs no home can run as a
 * user without one. Immutable and thread-safe.
 */
public final class AgentHome {
  static final String VARIABLE = "AGENTCHANNEL_HOME";

  private static final String REMEDY = "set " + VARIABLE + " to a folder, or set identity";

  private final @Nullable String variable;
  private final @Nullable String userHome;

  private AgentHome(@Nullable String variable, @Nullable String userHome) {
    this.variable = variable;
    this.userHome = userHome;
  }

  /** The home of this process. */
  public static AgentHome ofProcess() {
    return of(System.getenv(), System.getProperty("user.home"));
  }

  /**
   * The home that an environment and a user's home folder make.
   *
   * @param userHome the system property {@code user.home}
   */
  public static AgentHome of(Map<String, String> environment, @Nullable String userHome) {
    String variable = environment.get(VARIABLE);
    return new AgentHome(variable == null || variable.isBlank() ? null : variable, userHome);
  }

  /**
   * The folder, absolute, whether it exists or not.
   *
   * @throws AgentException {@link Code#FAILED_PRECONDITION} if there can be none
   */
  public Path directory() {
    try {
      if (variable != null) {
        return Path.of(variable).toAbsolutePath().normalize();
      }
      if (userHome != null && isUsable(Path.of(userHome))) {
        return Path.of(userHome).resolve(".agentchannel").normalize();
      }
    } catch (InvalidPathException e) {
      // As if it were not there.
    }
    throw failed(
        variable != null ? VARIABLE + " is not a folder's path" : "this user has no home folder");
  }

  /**
   * The folder, or one below it, created if it is not there, for this user alone (mode 0700).
   *
   * @throws AgentException {@link Code#FAILED_PRECONDITION} if that cannot be done
   */
  public Path create(String... below) {
    Path folder = directory();
    for (String name : below) {
      folder = folder.resolve(name);
    }
    try {
      Files.createDirectories(folder, forOwnerAlone(folder));
    } catch (FileAlreadyExistsException e) {
      throw failed(OneLine.of(folder) + " is not a folder");
    } catch (IOException e) {
      throw failed("the folder " + OneLine.of(folder) + " cannot be created");
    }
    if (!Files.isWritable(folder)) {
      throw failed("the folder " + OneLine.of(folder) + " may not be written");
    }
    return folder;
  }

  /** A user without a home has "?", "/" or a folder that does not exist: no place for files. */
  private static boolean isUsable(Path home) {
    return home.isAbsolute() && home.getNameCount() > 0 && Files.isDirectory(home);
  }

  private static FileAttribute<?>[] forOwnerAlone(Path folder) {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
    };
  }

  private static AgentException failed(String problem) {
    return new AgentException(
        Code.FAILED_PRECONDITION, Outcome.NOT_SENT, "no home for keys: " + problem + "; " + REMEDY);
  }
}
