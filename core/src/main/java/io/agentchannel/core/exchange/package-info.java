/**
 * Exchanges: what makes a call a call on any link. Pure state machines that take a clock and give
 * envelopes; no transport, no thread and no socket is named here.
 *
 * <p>{@link io.agentchannel.core.exchange.Session} is the entry: all exchanges between this process
 * and one instance of a peer. It is fed by links ({@link io.agentchannel.core.exchange.Attachment})
 * and asked by them for what to send. An {@link io.agentchannel.core.exchange.Exchange} has a
 * {@link io.agentchannel.core.exchange.SendFlow} and a {@link
 * io.agentchannel.core.exchange.ReceiveFlow}; {@link io.agentchannel.core.exchange.FinishedSet} is
 * why a handler runs once.
 */
@NullMarked
package io.agentchannel.core.exchange;

import org.jspecify.annotations.NullMarked;
