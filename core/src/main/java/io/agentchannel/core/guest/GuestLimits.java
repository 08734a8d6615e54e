package io.agentchannel.core.guest;

import java.time.Duration;

/**
 * Bounds for one guest. Immutable.
 *
 * @param calls live at once
 * @param timeout of unary and one-way calls that name none; streams and conversations have none
 * @param window bytes that a JSON client may send ahead in one conversation
 * @param queue bytes that wait for a JSON client that does not read; past it, its connection ends
 */
public record GuestLimits(int calls, Duration timeout, long window, long queue) {
  public static final GuestLimits DEFAULTS =
      new GuestLimits(1024, Duration.ofSeconds(30), 256 << 10, 64L << 20);
}
