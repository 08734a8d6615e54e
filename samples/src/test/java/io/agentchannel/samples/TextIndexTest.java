package io.agentchannel.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.samples.TextIndex.Hit;
import io.agentchannel.samples.TextIndex.TextLine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextIndexTest {
  private static TextIndex indexOf(String... lines) {
    List<TextLine> numbered = new ArrayList<>();
    for (String line : lines) {
      numbered.add(new TextLine("a.txt", numbered.size() + 1, line));
    }
    return new TextIndex(numbered);
  }

  private static List<Integer> numbers(List<Hit> hits) {
    return hits.stream().map(hit -> hit.line().number()).toList();
  }

  @Test
  void theLineWithTheRarestWordsOfTheQuestionComesFirst() {
    TextIndex index =
        indexOf(
            "a call is made",
            "a call is answered",
            "nothing to see",
            "a call survives the loss of its connection",
            "nothing to see either",
            "a call is cancelled");

    List<Hit> best = index.best("What happens to a call when its connection is lost?", 3);

    assertThat(best.get(0).line().number()).isEqualTo(4);
    assertThat(best).hasSize(3);
    assertThat(best.get(0).score()).isGreaterThan(best.get(1).score());
  }

  @Test
  void pluralAndCaseDoNotMatter() {
    assertThat(numbers(indexOf("One LINK", "none").best("links?", 5))).containsExactly(1);
  }

  @Test
  void aQuestionWithoutAKnownWordHasNoAnswer() {
    assertThat(indexOf("one", "two").best("zebra, or what is it?", 5)).isEmpty();
    assertThat(indexOf("one").best("", 5)).isEmpty();
    assertThat(indexOf().best("one", 5)).isEmpty();
  }

  @Test
  void equallyGoodLinesKeepTheOrderOfTheText() {
    TextIndex index = indexOf("apple", "-", "apple", "-", "apple");

    assertThat(numbers(index.best("apple", 5))).containsExactly(1, 3, 5);
  }

  @Test
  void matchingFindsTextWhateverItsCaseAndWhateverItMeansToAPattern() {
    TextIndex index = indexOf("a (b", "A (B", "ab");

    assertThat(index.matching("a (b")).extracting(TextLine::number).containsExactly(1, 2);
  }

  @Test
  void matchingNothingInParticularIsEveryLine() {
    assertThat(indexOf("one", "two").matching("")).hasSize(2);
  }
}
