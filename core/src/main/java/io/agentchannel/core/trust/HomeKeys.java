package io.agentchannel.core.trust;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.core.OneLine;
import io.agentchannel.core.security.IdentityKey;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents whose keys are in a home, by the names of their files. A file is read again only when
 * it has changed; one that cannot be used as a key is nobody's, and is named in the log once. Not
 * thread-safe.
 */
final class HomeKeys {
  private static final Logger LOG = LoggerFactory.getLogger(HomeKeys.class);
  private static final String SUFFIX = ".pem";
  private static final int MAX_FILES = 4096;

  /**
   * @param id null where the file is no usable key
   */
  private record Known(Stamp stamp, @Nullable AgentId id) {}

  private final Path folder;
  private Map<String, Known> known = Map.of();

  HomeKeys(Path home) {
    this.folder = home.resolve("keys");
  }

  /** Name to id, in order; looks at every file, opens what is new. */
  Map<String, AgentId> read() {
    Map<String, Known> now = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
        for (Path file : files) {
          if (now.size() < MAX_FILES) {
            String fileName = Objects.requireNonNull(file.getFileName()).toString();
            String name = fileName.substring(0, fileName.length() - SUFFIX.length());
            now.put(name, look(file, known.get(name)));
          }
        }
      } catch (IOException | java.nio.file.DirectoryIteratorException e) {
        LOG.warn("the keys in {} cannot be listed: {}", OneLine.of(folder), OneLine.of(e));
      }
    }
    known = now;
    Map<String, AgentId> ids = new LinkedHashMap<>();
    now.forEach(
        (name, one) -> {
          if (one.id() != null) {
            ids.put(name, one.id());
          }
        });
    return ids;
  }

  private static Known look(Path file, @Nullable Known before) {
    Stamp stamp = Stamp.of(file);
    if (before != null && before.stamp().equals(stamp)) {
      return before;
    }
    try {
      return new Known(stamp, IdentityKey.idIn(file));
    } catch (AgentException e) {
      LOG.warn("{}; the agent of that key is not trusted", e.getMessage());
      return new Known(stamp, null);
    }
  }
}
