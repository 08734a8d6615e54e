package io.agentchannel.bench;

/** What is measured of each candidate. */
enum Figure {
  P50("p50 \u00b5s"),
  P99("p99 \u00b5s"),
  IN_FLIGHT("64 in flight, req/s"),
  ITEMS("items/s");

  /** How many requests are under way for {@link #IN_FLIGHT}. */
  static final int AT_ONCE = 64;

  private final String title;

  Figure(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
