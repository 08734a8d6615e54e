/**
 * The SDK as a client of plain HTTP services: {@code http-native://} and {@code https-native://}. A
 * call is one POST; its response is the reply, or a stream of them, or the address to poll.
 *
 * <p>{@link io.agentchannel.http.service.HttpServices} makes them for the transport.
 */
@NullMarked
package io.agentchannel.http.service;

import org.jspecify.annotations.NullMarked;
