/**
 * Plain HTTP clients: who has nothing but {@code curl} can call an agent, inline, as a stream, or
 * asynchronously.
 *
 * <p>{@link io.agentchannel.http.guest.Guests} gives the resources that a server has to serve
 * beside those of its links; everything about them, from admission to the signed delivery of a
 * reply, is behind it. What an agent says is framed here and nowhere else: as it is, as a JSON
 * array, as lines of JSON, as server-sent events, as items to poll.
 */
@NullMarked
package io.agentchannel.http.guest;

import org.jspecify.annotations.NullMarked;
