package io.agentchannel.cli.demo;

import io.agentchannel.samples.Librarian.Line;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Counts what arrives of a numbered stream: what is missing, what came twice, what came out of
 * order; and takes a digest of all of it, so that two readings can be compared. Not thread-safe.
 */
final class Tally {
  private final BitSet seen = new BitSet();
  private final MessageDigest digest = sha256();
  private long count;
  private long highest;
  private long twice;
  private long disordered;

  void add(Line line) {
    count++;
    int number = (int) Math.min(line.number(), Integer.MAX_VALUE);
    if (seen.get(number)) {
      twice++;
    } else if (line.number() < highest) {
      disordered++;
    }
    seen.set(number);
    highest = Math.max(highest, line.number());
    digest.update(line.toString().getBytes(StandardCharsets.UTF_8));
  }

  long count() {
    return count;
  }

  /** Whether lines 1 to {@code total} came, each once and in order. */
  boolean isWhole(long total) {
    return count == total && lost(total) == 0 && twice == 0 && disordered == 0;
  }

  /** Whether the same lines came in the same order; ends both tallies. */
  boolean sameAs(Tally other) {
    return Arrays.equals(digest.digest(), other.digest.digest());
  }

  String toText(long total) {
    return String.format(
        "%,d lines: %,d lost, %,d twice, %,d out of order", count, lost(total), twice, disordered);
  }

  private long lost(long total) {
    return total - seen.get(0, (int) total + 1).cardinality();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
