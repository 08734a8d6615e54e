package io.agentchannel.grpc;

import io.agentchannel.grpc.v1.AgentServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.nio.ByteBuffer;

/** The service of {@code agent_service.proto}, whose packets pass as bytes. */
final class AgentService {
  static final String NAME = AgentServiceGrpc.SERVICE_NAME;

  static final MethodDescriptor<ByteBuffer, ByteBuffer> CONNECT =
      AgentServiceGrpc.getConnectMethod().toBuilder(
              PacketMarshaller.INSTANCE, PacketMarshaller.INSTANCE)
          .build();

  /** With the schema, which reflection shows. */
  static final ServiceDescriptor DESCRIPTOR =
      ServiceDescriptor.newBuilder(NAME)
          .setSchemaDescriptor(AgentServiceGrpc.getServiceDescriptor().getSchemaDescriptor())
          .addMethod(AgentServiceGrpc.getRequestMethod())
          .addMethod(AgentServiceGrpc.getStreamMethod())
          .addMethod(AgentServiceGrpc.getExchangeMethod())
          .addMethod(CONNECT)
          .build();

  private AgentService() {}
}
