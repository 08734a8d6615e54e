package io.agentchannel.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what is compiled and tested. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");
  private static final Path EXAMPLE = Path.of("src/main/java/io/agentchannel/samples/Example.java");
  private static final Pattern JAVA_BLOCK =
      Pattern.compile("^```java\\R(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  @Test
  void theExampleInTheReadmeIsTheSample() throws IOException {
    Matcher blocks = JAVA_BLOCK.matcher(Files.readString(ROOT.resolve("README.md")));

    assertThat(blocks.find()).as("the README has a block of Java").isTrue();
    assertThat(blocks.group(1)).isEqualTo(Files.readString(EXAMPLE));
  }

  @Test
  void theExampleIsNoLongerThanThirtyLines() throws IOException {
    assertThat(Files.readAllLines(EXAMPLE)).hasSizeLessThanOrEqualTo(30);
  }
}
