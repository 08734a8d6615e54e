package io.agentchannel.grpc;

import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import java.nio.ByteBuffer;

/** A call that was made here, on a connection of its own. */
record ClientStream(ManagedChannel connection, ClientCall<ByteBuffer, ByteBuffer> call)
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
    call.halfClose();
  }

  @Override
  public void abort(String reason) {
    call.cancel(reason, null);
  }

  @Override
  public void cut() {
    connection.shutdownNow();
  }
}
