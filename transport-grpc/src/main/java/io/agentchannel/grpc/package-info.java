/**
 * Links over gRPC, schemes {@code grpc} and {@code grpcs}; agents for plain gRPC clients; and plain
 * gRPC methods as peers, schemes {@code grpc-native} and {@code grpcs-native}.
 *
 * <p>{@link io.agentchannel.grpc.GrpcTransport} is the entry. Outgoing links are made by a {@code
 * Dial}, incoming ones by a {@code Listener} and its {@code ConnectHandler}; both end in a {@code
 * GrpcLink}. A {@code GuestHandler} serves plain clients, a {@code NativeService} calls plain
 * services.
 */
@NullMarked
package io.agentchannel.grpc;

import org.jspecify.annotations.NullMarked;
