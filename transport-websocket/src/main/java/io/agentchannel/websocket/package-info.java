/**
 * Links over WebSocket (RFC 6455), schemes {@code ws} and {@code wss}.
 *
 * <p>{@link io.agentchannel.websocket.WebSocketTransport} is the entry. Outgoing links are made by
 * {@code Dialled}, incoming ones by a {@code Listener}; both end in a {@code WebSocketLink}.
 */
@NullMarked
package io.agentchannel.websocket;

import org.jspecify.annotations.NullMarked;
