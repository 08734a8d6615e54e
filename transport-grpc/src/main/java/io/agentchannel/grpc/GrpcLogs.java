package io.agentchannel.grpc;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * gRPC warns of each stream that a peer cuts or spoils, with a stack trace, and so lets anybody
 * fill our log. The link or the call that it was says the same to whom it concerns. Where somebody
 * has configured these loggers ({@link java.util.logging}), that stands.
 */
final class GrpcLogs {
  /** Held, since the log manager holds loggers weakly. */
  private static final List<Logger> OF_PEERS =
      Stream.of("io.grpc.netty.NettyServerHandler", "io.grpc.netty.NettyClientHandler")
          .map(Logger::getLogger)
          .toList();

  private static final List<Logger> ABOVE =
      Stream.of("io.grpc.netty", "io.grpc").map(Logger::getLogger).toList();

  private GrpcLogs() {}

  static void quieten() {
    if (ABOVE.stream().allMatch(logger -> logger.getLevel() == null)) {
      OF_PEERS.stream()
          .filter(logger -> logger.getLevel() == null)
          .forEach(logger -> logger.setLevel(Level.SEVERE));
    }
  }
}
