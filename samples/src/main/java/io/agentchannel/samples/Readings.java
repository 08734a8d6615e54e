package io.agentchannel.samples;

import io.agentchannel.samples.Librarian.Progress;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which readings there are and were, the last few hundred of them. Thread-safe. */
final class Readings {
  private static final int REMEMBERED = 256;

  private final Map<String, Reading> byLabel =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Reading> eldest) {
          return size() > REMEMBERED;
        }
      };

  synchronized Reading begin(String label, long total) {
    Reading before = byLabel.get(label);
    Reading reading = new Reading(before == null ? 1 : before.runs + 1, total);
    byLabel.put(label, reading);
    return reading;
  }

  synchronized Progress progress(String label) {
    Reading reading = byLabel.get(label);
    return reading == null
        ? new Progress(0, 0, 0, "unknown")
        : new Progress(reading.runs, reading.sent, reading.total, reading.state);
  }

  /** One run of the handler, which alone writes to it. */
  static final class Reading {
    private final int runs;
    private final long total;
    private volatile long sent;
    private volatile String state = "running";

    private Reading(int runs, long total) {
      this.runs = runs;
      this.total = total;
    }

    void sent(long count) {
      sent = count;
    }

    long sent() {
      return sent;
    }

    void end(String how) {
      state = how;
    }
  }
}
