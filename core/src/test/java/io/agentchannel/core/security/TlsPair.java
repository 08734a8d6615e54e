package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** Two engines that talk to each other. */
final class TlsPair {
  private static final int ENOUGH = 64 * 1024;

  final SSLEngine client;
  final SSLEngine server;
  private final ByteBuffer up = ByteBuffer.allocate(ENOUGH);
  private final ByteBuffer down = ByteBuffer.allocate(ENOUGH);

  TlsPair(SSLContext client, SSLContext server) {
    this.client = client.createSSLEngine("peer", 1);
    this.client.setUseClientMode(true);
    this.server = server.createSSLEngine();
    this.server.setUseClientMode(false);
    this.server.setNeedClientAuth(true);
  }

  void shakeHands() throws SSLException {
    for (int round = 0; round < 100; round++) {
      step(client, up, down);
      step(server, down, up);
      if (isQuiet(client) && isQuiet(server) && up.position() == 0 && down.position() == 0) {
        return;
      }
    }
    throw new AssertionError("the handshake does not end");
  }

  /** What the side that refuses says; the deepest cause has the reason. */
  Throwable failure() {
    Throwable failure = catchThrowable(this::shakeHands);
    assertThat(failure).isInstanceOf(SSLException.class);
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest instanceof GeneralSecurityException ? deepest : failure;
  }

  private static boolean isQuiet(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
    ByteBuffer nothing = ByteBuffer.allocate(0);
    ByteBuffer plain = ByteBuffer.allocate(ENOUGH);
    int before;
    do {
      before = out.position() + in.position();
      runTasks(engine);
      engine.wrap(nothing, out);
      in.flip();
      while (in.hasRemaining()) {
        int left = in.remaining();
        engine.unwrap(in, plain);
        runTasks(engine);
        if (in.remaining() == left) {
          break;
        }
      }
      in.compact();
    } while (out.position() + in.position() != before);
  }

  private static void runTasks(SSLEngine engine) {
    Runnable task;
    while ((task = engine.getDelegatedTask()) != null) {
      task.run();
    }
  }
}
