/**
 * What travels: the envelope, its compact encoding in packets ({@link
 * io.agentchannel.core.wire.EnvelopeWriter}, {@link io.agentchannel.core.wire.EnvelopeReader},
 * published as {@code docs/protocol/envelope.proto}) and its encoding as JSON text for plain
 * WebSocket clients ({@link io.agentchannel.core.wire.JsonEnvelopes}). No state, no thread and no
 * link is named here.
 */
@NullMarked
package io.agentchannel.core.wire;

import org.jspecify.annotations.NullMarked;
