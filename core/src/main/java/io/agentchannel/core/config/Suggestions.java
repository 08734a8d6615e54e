package io.agentchannel.core.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds what was probably meant. */
final class Suggestions {
  private static final int MAX_LENGTH = 100;

  private Suggestions() {}

  /** {@code "; did you mean X?"}, or an empty text if nothing is close. */
  static String didYouMean(String written, Collection<String> known) {
    String nearest = nearest(written, known);
    return nearest == null ? "" : "; did you mean " + nearest + "?";
  }

  static @Nullable String nearest(String written, Collection<String> known) {
    if (written.length() > MAX_LENGTH) {
      return null;
    }
    String plain = plain(written);
    String best = null;
    int bestDistance = 1 + Math.max(1, plain.length() / 3);
    for (String candidate : known) {
      int distance = distance(plain, plain(candidate));
      if (distance > 1 && plain.length() > 3 && endsWith(candidate, plain)) {
        distance = 1;
      }
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** So that keep-alive.timeout and KEEPALIVE_TIMEOUT are no distance from keepAlive.timeout. */
  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** Whether the last part was written without its section, {@code windowMax}. */
  private static boolean endsWith(String candidate, String plain) {
    return plain(candidate.substring(candidate.lastIndexOf('.') + 1)).equals(plain);
  }

  /** Levenshtein's distance with swapped neighbours as one step. */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replace = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replace, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
