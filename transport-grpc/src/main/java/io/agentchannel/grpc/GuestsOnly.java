package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.spi.TransportContext;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Lets only those use a service who may call the agent. */
record GuestsOnly(Endpoint endpoint, TransportContext context) implements ServerInterceptor {

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    try {
      Visitors.admit(call, headers, endpoint, context);
    } catch (AgentException refused) {
      return Statuses.refuse(call, refused);
    }
    return next.startCall(call, headers);
  }
}
