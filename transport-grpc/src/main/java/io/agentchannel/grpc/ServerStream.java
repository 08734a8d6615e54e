package io.agentchannel.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.nio.ByteBuffer;

/** A call that is served here. */
record ServerStream(Connection connection, ServerCall<ByteBuffer, ByteBuffer> call)
    implements PacketStream {

  @Override
  public void request(int count) {
    call.request(count);
  }

  @Override
  public boolean isReady() {
    return call.isReady();
  }

  @Override
  public void send(ByteBuffer packet) {
    call.sendMessage(packet);
  }

  @Override
  public void finish() {
    call.close(Status.OK, new Metadata());
  }

  @Override
  public void abort(String reason) {
    call.close(Status.INVALID_ARGUMENT.withDescription(reason), new Metadata());
  }

  @Override
  public void cut() {
    connection.cut();
  }
}
