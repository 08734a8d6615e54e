/**
 * The caller's side of a call: from the typed methods of a channel through the chain of
 * interceptors, down to the exchange that the last link of the chain starts.
 *
 * <p>Read it from {@link io.agentchannel.core.call.ChannelImpl} and {@link
 * io.agentchannel.core.call.ClientChain}.
 */
@NullMarked
package io.agentchannel.core.call;

import org.jspecify.annotations.NullMarked;
