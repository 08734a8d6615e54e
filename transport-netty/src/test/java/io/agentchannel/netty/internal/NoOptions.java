package io.agentchannel.netty.internal;

import io.agentchannel.spi.Options;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nothing is configured. */
final class NoOptions implements Options {

  @Override
  public @Nullable String text(String key) {
    return null;
  }

  @Override
  public List<String> list(String key) {
    return List.of();
  }

  @Override
  public boolean flag(String key, boolean otherwise) {
    return otherwise;
  }

  @Override
  public int number(String key, int otherwise) {
    return otherwise;
  }

  @Override
  public long size(String key, long otherwise) {
    return otherwise;
  }

  @Override
  public Duration duration(String key, Duration otherwise) {
    return otherwise;
  }
}
