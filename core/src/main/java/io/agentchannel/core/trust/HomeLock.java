package io.agentchannel.core.trust;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.OneLine;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Keeps the changes of a home's files apart, among the threads of this process and among processes.
 * Readers need no lock: the files are replaced at once. The lock's own file stays.
 */
final class HomeLock {
  /** A file's lock is the whole JVM's, so threads are kept apart by these; one for each home. */
  private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  private final Path file;
  private final ReentrantLock threads;

  HomeLock(Path directory) {
    this.file = directory.resolve("trust.lock");
    this.threads = LOCKS.computeIfAbsent(file, key -> new ReentrantLock());
  }

  /**
   * Runs a change while nobody else makes one. Blocks until it may.
   *
   * @throws AgentException {@link Code#FAILED_PRECONDITION} if the home cannot be written
   */
  @SuppressWarnings("try") // Held, not used.
  <T> T holding(Supplier<T> change) {
    threads.lock();
    try (FileChannel channel =
            FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                forOwnerAlone());
        FileLock held = channel.lock()) {
      return change.get();
    } catch (IOException e) {
      throw new AgentException(
          Code.FAILED_PRECONDITION,
          Outcome.NOT_SENT,
          "the folder " + OneLine.of(file.getParent()) + " cannot be written: " + OneLine.of(e));
    } finally {
      threads.unlock();
    }
  }

  private FileAttribute<?>[] forOwnerAlone() {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };
  }

  /** Whether a change has a chance: the folder is there and may be written. */
  boolean isPossible() {
    Path folder = file.getParent();
    return folder != null && Files.isWritable(folder);
  }
}
