package io.agentchannel.core.config;

import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration.
 *
 * @param fallback what holds where nothing is set; null: nothing
 * @param reading turns what was written into the value, checking its range
 */
record Key<T>(String name, @Nullable T fallback, Reading<T> reading) {

  /** How a value is read. */
  interface Reading<T> {
    T read(Setting setting);
  }
}
