package io.agentchannel.core.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PEM files (RFC 7468): blocks between lines, and explanatory text around them. */
final class Pem {
  static final String PRIVATE_KEY = "PRIVATE KEY";
  static final String CERTIFICATE = "CERTIFICATE";

  private static final int MAX_BYTES = 1024 * 1024;
  private static final int LINE = 64;
  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----");

  private Pem() {}

  /** One block: its label and the decoded bytes. */
  static final class Block {
    private final String label;
    private final byte[] der;

    private Block(String label, byte[] der) {
      this.label = label;
      this.der = der;
    }

    String label() {
      return label;
    }

    byte[] der() {
      return der;
    }
  }

  /**
   * Reads all blocks of a file; at least one.
   *
   * @throws UnusableFileException if there is none, or one is cut off
   */
  static List<Block> read(Path file) throws UnusableFileException {
    return parse(new String(readBytes(file), StandardCharsets.US_ASCII));
  }

  static List<Block> parse(String text) throws UnusableFileException {
    List<Block> blocks = new ArrayList<>();
    Matcher begin = BEGIN.matcher(text);
    int position = 0;
    while (begin.find(position)) {
      String label = begin.group(1);
      String endLine = "-----END " + label + "-----";
      int end = text.indexOf(endLine, begin.end());
      if (end < 0) {
        throw new UnusableFileException("is cut off: its " + label + " has no end");
      }
      blocks.add(new Block(label, decode(label, text.substring(begin.end(), end))));
      position = end + endLine.length();
    }
    if (blocks.isEmpty()) {
      throw new UnusableFileException(text.isBlank() ? "is empty" : "is not a PEM file");
    }
    return blocks;
  }

  static String write(String label, byte[] der) {
    String base64 =
        Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  private static byte[] decode(String label, String body) throws UnusableFileException {
    try {
      byte[] der = Base64.getDecoder().decode(body.replaceAll("\\s", ""));
      if (der.length > 0) {
        return der;
      }
    } catch (IllegalArgumentException e) {
      // Damaged, as an empty one is.
    }
    throw new UnusableFileException("is damaged: its " + label + " is not base64");
  }

  private static byte[] readBytes(Path file) throws UnusableFileException {
    if (Files.isDirectory(file)) {
      throw new UnusableFileException("is a directory, not a PEM file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new UnusableFileException("is larger than 1 MiB, too large for a PEM file");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new UnusableFileException("does not exist");
    } catch (AccessDeniedException e) {
      throw new UnusableFileException("may not be read by this user");
    } catch (IOException e) {
      throw new UnusableFileException("cannot be read");
    }
  }
}
