package io.agentchannel.core.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * By what a file is seen to have changed. A file that was replaced has another key (its inode), so
 * that two changes within one tick of the clock are seen as well.
 *
 * @param size -1 where there is no file
 */
record Stamp(@Nullable FileTime modified, long size, @Nullable Object key) {
  static final Stamp ABSENT = new Stamp(null, -1, null);

  static Stamp of(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (IOException e) {
      return ABSENT;
    }
  }
}
