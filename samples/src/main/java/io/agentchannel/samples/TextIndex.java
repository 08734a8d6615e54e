package io.agentchannel.samples;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An inverted index over lines of text: which line answers a question best, by words that are rare
 * in the whole and frequent in the line (BM25). Immutable and thread-safe.
 */
final class TextIndex {

  /** A line of a file; {@code number} counts from 1. */
  record TextLine(String file, int number, String text) {}

  /** A line and how well it answers; higher is better. */
  record Hit(TextLine line, double score) {}

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
  private static final Set<String> STOP_WORDS =
      Set.of(
          "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from",
          "has", "have", "how", "if", "in", "is", "it", "its", "me", "my", "of", "on", "or", "that",
          "the", "there", "this", "to", "was", "what", "when", "where", "which", "who", "why",
          "will", "with", "you", "your");

  private static final double K1 = 1.2;
  private static final double B = 0.6;

  /** Sentences are wrapped: what the lines around say counts for a line too, but less. */
  private static final double NEIGHBOUR = 0.35;

  private final List<TextLine> lines;
  private final Map<String, List<Posting>> postings = new HashMap<>();
  private final int[] lengths;
  private final double averageLength;

  private record Posting(int line, int count) {}

  TextIndex(List<TextLine> lines) {
    this.lines = List.copyOf(lines);
    this.lengths = new int[this.lines.size()];
    long total = 0;
    for (int i = 0; i < lengths.length; i++) {
      Map<String, Integer> counts = new HashMap<>();
      for (String word : words(this.lines.get(i).text())) {
        counts.merge(word, 1, Integer::sum);
        lengths[i]++;
      }
      total += lengths[i];
      int line = i;
      counts.forEach(
          (word, count) ->
              postings.computeIfAbsent(word, w -> new ArrayList<>()).add(new Posting(line, count)));
    }
    this.averageLength = Math.max(1.0, (double) total / Math.max(1, lengths.length));
  }

  int size() {
    return lines.size();
  }

  /** The best lines for a question, best first; equally good ones in the order of the text. */
  List<Hit> best(String question, int limit) {
    Map<Integer, Double> scores = new HashMap<>();
    for (String word : new HashSet<>(words(question))) {
      List<Posting> found = postings.getOrDefault(word, List.of());
      double rarity = Math.log(1 + (lines.size() - found.size() + 0.5) / (found.size() + 0.5));
      for (Posting posting : found) {
        double saturation = K1 * (1 - B + B * lengths[posting.line()] / averageLength);
        double weight = posting.count() * (K1 + 1) / (posting.count() + saturation);
        scores.merge(posting.line(), rarity * weight, Double::sum);
      }
    }
    return scores.entrySet().stream()
        .map(
            own ->
                new Hit(
                    lines.get(own.getKey()),
                    own.getValue()
                        + NEIGHBOUR * neighbour(scores, own.getKey(), -1)
                        + NEIGHBOUR * neighbour(scores, own.getKey(), 1)))
        .sorted(
            Comparator.comparingDouble(Hit::score)
                .reversed()
                .thenComparing(hit -> hit.line().file())
                .thenComparingInt(hit -> hit.line().number()))
        .limit(limit)
        .toList();
  }

  /** Every line that holds the text, whatever its case, in the order of the files. */
  List<TextLine> matching(String text) {
    if (text.isEmpty()) {
      return lines;
    }
    Pattern wanted =
        Pattern.compile(Pattern.quote(text), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    Stream<TextLine> found = lines.stream().filter(line -> wanted.matcher(line.text()).find());
    return found.toList();
  }

  private double neighbour(Map<Integer, Double> scores, int line, int step) {
    int other = line + step;
    boolean sameFile =
        other >= 0
            && other < lines.size()
            && lines.get(other).file().equals(lines.get(line).file());
    return sameFile ? scores.getOrDefault(other, 0.0) : 0.0;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      if (!STOP_WORDS.contains(matcher.group())) {
        words.add(stem(matcher.group()));
      }
    }
    return words;
  }

  /** Enough for "link" to find "links"; not linguistics. */
  private static String stem(String word) {
    return word.length() > 3 && word.endsWith("s") && !word.endsWith("ss")
        ? word.substring(0, word.length() - 1)
        : word;
  }
}
