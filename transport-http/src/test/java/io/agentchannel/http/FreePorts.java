package io.agentchannel.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that have to be known before anybody listens at them. */
final class FreePorts {
  private FreePorts() {}

  /** From below the range that outgoing connections take their ports from, of which are many. */
  static int next() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (BindException taken) {
        continue;
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
