package io.agentchannel.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads, and where it writes: results to {@code out}, all else to {@code err}.
 *
 * @param out throws when nobody reads it any more, which {@link System#out} would hide
 */
public record Console(InputStream in, OutputStream out, PrintStream err) {

  /** The process's own streams. */
  static Console ofProcess() {
    return new Console(
        new FileInputStream(FileDescriptor.in),
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
  }

  /** A line for people, with what the network said in it made harmless. */
  void say(String line) {
    err.println(Text.oneLine(line));
  }
}
