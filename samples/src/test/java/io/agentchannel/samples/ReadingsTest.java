package io.agentchannel.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.samples.Librarian.Progress;
import org.junit.jupiter.api.Test;

class ReadingsTest {
  private final Readings readings = new Readings();

  @Test
  void tellsHowFarAReadingIsAndHowOftenItWasBegun() {
    assertThat(readings.progress("a")).isEqualTo(new Progress(0, 0, 0, "unknown"));

    Readings.Reading first = readings.begin("a", 10);
    first.sent(3);
    assertThat(readings.progress("a")).isEqualTo(new Progress(1, 3, 10, "running"));

    first.end("cancelled");
    assertThat(readings.progress("a")).isEqualTo(new Progress(1, 3, 10, "cancelled"));

    readings.begin("a", 20);
    assertThat(readings.progress("a")).isEqualTo(new Progress(2, 0, 20, "running"));
  }

  @Test
  void forgetsTheOldestOfMany() {
    for (int i = 0; i < 1_000; i++) {
      readings.begin("label " + i, 1);
    }

    assertThat(readings.progress("label 0").state()).isEqualTo("unknown");
    assertThat(readings.progress("label 999").state()).isEqualTo("running");
  }
}
