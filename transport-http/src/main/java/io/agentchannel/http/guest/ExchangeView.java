package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is of an {@link Exchange} at a moment.
 *
 * @param items as far as they have not been taken
 * @param last the highest seq so far, 0 before the first
 * @param done whether nothing follows
 * @param failure null if it ended well, or has not ended
 */
record ExchangeView(
    List<Item> items, long last, boolean isStream, boolean done, @Nullable AgentException failure) {

  /** One reply and its place, from 1. */
  record Item(long seq, Payload payload) {}

  /** All of it, for one that has ended and of which nothing was taken. */
  Collected collected() {
    return new Collected(isStream, items.stream().map(Item::payload).toList(), failure);
  }
}
