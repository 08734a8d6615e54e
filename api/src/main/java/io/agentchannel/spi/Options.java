package io.agentchannel.spi;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration as transports see it: values by dotted key, parsed. A value that does not parse
 * fails with an {@link io.agentchannel.AgentException} that names the key.
 */
public interface Options {

  @Nullable String text(String key);

  /** A list of texts, or one text as a list of one; empty if nothing is set. */
  List<String> list(String key);

  boolean flag(String key, boolean otherwise);

  int number(String key, int otherwise);

  /** Bytes, written as {@code 65536} or {@code 64KiB}. */
  long size(String key, long otherwise);

  /** A time, written as {@code 250ms}, {@code 5s} or {@code 2m}. */
  Duration duration(String key, Duration otherwise);
}
