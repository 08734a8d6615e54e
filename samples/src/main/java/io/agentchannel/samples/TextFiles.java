package io.agentchannel.samples;

import io.agentchannel.samples.TextIndex.TextLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads folders of text, within bounds: hidden files, build output, symbolic links, large files and
 * whatever is not UTF-8 text are passed over, and reading stops at a number of files and bytes.
 */
final class TextFiles {
  static final long MAX_FILE_BYTES = 1 << 20;
  static final int MAX_FILES = 5_000;
  static final long MAX_BYTES = 64L << 20;
  static final int MAX_LINE_CHARS = 4_000;

  private static final Set<String> BUILD_OUTPUT = Set.of("target", "build", "node_modules");

  private final List<TextLine> lines = new ArrayList<>();
  private int files;
  private long bytes;

  private TextFiles() {}

  /**
   * What was read.
   *
   * @param lines in the order of the given roots, then of the paths, then of the lines; blank ones
   *     are left out
   */
  record Contents(int files, List<TextLine> lines) {}

  /**
   * Reads files and folders; a folder with all below it.
   *
   * @throws NoSuchFileException if one of them is not there
   */
  static Contents read(List<Path> roots) throws IOException {
    TextFiles reader = new TextFiles();
    for (Path root : roots) {
      if (!Files.exists(root)) {
        throw new NoSuchFileException(root.toString());
      }
      for (Path file : below(root)) {
        reader.add(nameOf(root, file), file);
      }
    }
    return new Contents(reader.files, List.copyOf(reader.lines));
  }

  private static String nameOf(Path root, Path file) {
    return Files.isDirectory(root)
        ? root.relativize(file).toString().replace('\\', '/')
        : String.valueOf(file.getFileName());
  }

  /** Sorted, so that the same folder is the same text everywhere. */
  private static Set<Path> below(Path root) throws IOException {
    Set<Path> found = new TreeSet<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = String.valueOf(folder.getFileName());
            boolean wanted =
                folder.equals(root) || !(isHidden(name) || BUILD_OUTPUT.contains(name));
            return wanted ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            boolean wanted =
                attributes.isRegularFile()
                    && attributes.size() <= MAX_FILE_BYTES
                    && (file.equals(root) || !isHidden(String.valueOf(file.getFileName())));
            if (wanted) {
              found.add(file);
            }
            return found.size() < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  private void add(String name, Path file) throws IOException {
    if (files >= MAX_FILES || bytes >= MAX_BYTES || !Files.isReadable(file)) {
      return;
    }
    byte[] content = Files.readAllBytes(file);
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException notText) {
      return;
    }
    if (text.indexOf('\0') >= 0) {
      return;
    }
    files++;
    bytes += content.length;
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      if (!line.isBlank()) {
        lines.add(new TextLine(name, number, shortened(line)));
      }
    }
  }

  private static String shortened(String line) {
    return line.length() <= MAX_LINE_CHARS ? line : line.substring(0, MAX_LINE_CHARS) + "…";
  }

  private static boolean isHidden(String name) {
    return name.length() > 1 && name.startsWith(".") && !name.equals("..");
  }
}
