package io.agentchannel.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection through a {@link TcpProxy}: two sockets and a thread each way. */
final class TcpTunnel {
  private final TcpProxy proxy;
  private final Socket client;
  private final Socket server = new Socket();
  private volatile boolean frozen;
  private final AtomicInteger directions = new AtomicInteger(2);

  TcpTunnel(TcpProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  void start(InetSocketAddress target) {
    TcpProxy.daemon("agentchannel-proxy-up", () -> connectAndPump(target));
  }

  void freeze() {
    frozen = true;
  }

  void thaw() {
    frozen = false;
  }

  boolean isFrozen() {
    return frozen;
  }

  /** Closes both sides with a reset where there is anything to lose. */
  void reset() {
    TcpProxy.abort(client);
    TcpProxy.abort(server);
    proxy.ended(this);
  }

  private void connectAndPump(InetSocketAddress target) {
    try {
      server.connect(target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    } catch (IOException unreachable) {
      reset();
      return;
    }
    TcpProxy.daemon("agentchannel-proxy-down", () -> pump(server, client));
    pump(client, server);
  }

  private void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[64 * 1024];
      int count;
      while ((count = in.read(buffer)) >= 0) {
        proxy.passFreeze(this);
        int admitted = proxy.admit(count);
        out.write(buffer, 0, admitted);
        if (admitted < count) {
          proxy.limitReached();
          return;
        }
      }
      proxy.passFreeze(this);
      to.shutdownOutput();
      if (directions.decrementAndGet() == 0) {
        client.close();
        server.close();
        proxy.ended(this);
      }
    } catch (IOException broken) {
      reset();
    }
  }
}
