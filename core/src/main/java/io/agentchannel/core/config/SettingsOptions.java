package io.agentchannel.core.config;

import io.agentchannel.spi.Options;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration as transports read it, by dotted key. The agent's own plain keys can be read
 * too and have their defaults here. Immutable.
 */
final class SettingsOptions implements Options {
  private final Map<String, Setting> settings;

  SettingsOptions(Map<String, Setting> written) {
    Map<String, Setting> merged = new HashMap<>();
    for (Key<?> key : Keys.PLAIN) {
      Object fallback = key.fallback();
      if (fallback != null) {
        merged.put(key.name(), new Setting(key.name(), fallback, "default", false));
      }
    }
    merged.putAll(written);
    this.settings = Map.copyOf(merged);
  }

  @Override
  public @Nullable String text(String key) {
    Setting setting = settings.get(key);
    return setting == null ? null : Values.text(setting);
  }

  @Override
  public List<String> list(String key) {
    Setting setting = settings.get(key);
    return setting == null ? List.of() : Values.items(setting).stream().map(Values::text).toList();
  }

  @Override
  public boolean flag(String key, boolean otherwise) {
    Setting setting = settings.get(key);
    return setting == null ? otherwise : Values.flag(setting);
  }

  @Override
  public int number(String key, int otherwise) {
    Setting setting = settings.get(key);
    return setting == null ? otherwise : Values.count(setting, 0, Integer.MAX_VALUE);
  }

  @Override
  public long size(String key, long otherwise) {
    Setting setting = settings.get(key);
    return setting == null ? otherwise : Values.size(setting, 0, Long.MAX_VALUE);
  }

  @Override
  public Duration duration(String key, Duration otherwise) {
    Setting setting = settings.get(key);
    return setting == null ? otherwise : Values.duration(setting, Duration.ZERO);
  }
}
