package io.agentchannel.grpc;

import java.nio.ByteBuffer;

/** The call that carries a link, as the side that began it or the one that serves it sees it. */
interface PacketStream {

  /** Asks for so many more packets. From any thread. */
  void request(int count);

  /** Whether less than the threshold waits to be sent. From any thread. */
  boolean isReady();

  /** One sender at a time; not after {@link #finish} or {@link #abort}. */
  void send(ByteBuffer packet);

  /** Ends the call in order, behind what was sent. On the event loop, once. */
  void finish();

  /** Ends the call with a reason for the peer, fit for it to read. On the event loop, once. */
  void abort(String reason);

  /** Cuts the connection, where no word of ours gets through to the peer. On the event loop. */
  void cut();
}
