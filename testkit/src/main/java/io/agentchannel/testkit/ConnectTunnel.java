package io.agentchannel.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a {@link ConnectProxy}: its request, then two sockets and a thread each way.
 */
final class ConnectTunnel {
  private static final Pattern CONNECT =
      Pattern.compile("CONNECT (?:\\[([^\\]]+)\\]|([^:]+)):(\\d{1,5}) HTTP/1\\.1");
  private static final String END = "\r\n\r\n";
  private static final int MAX_HEAD = 8192;

  private final ConnectProxy proxy;
  private final Socket client;
  private final Socket server = new Socket();

  ConnectTunnel(ConnectProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  void start() {
    TcpProxy.daemon("agentchannel-proxy-up", this::serve);
  }

  /** Closes both sides with a reset where there is anything to lose. */
  void reset() {
    TcpProxy.abort(client);
    TcpProxy.abort(server);
    proxy.ended(this);
  }

  private void serve() {
    try {
      client.setTcpNoDelay(true);
      String refusal = connect(readHead(client.getInputStream()));
      if (refusal == null) {
        proxy.connected();
        say("HTTP/1.1 200 Connection established" + END);
        TcpProxy.daemon("agentchannel-proxy-down", () -> pump(server, client));
        pump(client, server);
      } else {
        say(refusal);
        close();
      }
    } catch (IOException broken) {
      reset();
    }
  }

  /** Connects, or says why not. */
  private @Nullable String connect(String head) {
    Matcher request = CONNECT.matcher(head.lines().findFirst().orElse(""));
    if (!request.matches()) {
      return "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0" + END;
    }
    String host = request.group(1) == null ? request.group(2) : request.group(1);
    int port = Integer.parseInt(request.group(3));
    String refusal = proxy.refusal(host, port, header(head, "proxy-authorization"));
    if (refusal != null) {
      return refusal;
    }
    try {
      server.connect(proxy.resolved(host, port));
      server.setTcpNoDelay(true);
      return null;
    } catch (IOException | IllegalArgumentException unreachable) {
      return "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0" + END;
    }
  }

  private void say(String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Byte by byte: what follows the empty line is the tunnel's. */
  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < END.length()) {
      int next = in.read();
      if (next < 0 || head.size() == MAX_HEAD) {
        throw new IOException("no head of a request");
      }
      head.write(next);
      matched = next == END.charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static @Nullable String header(String head, String name) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse(null);
  }

  private void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[64 * 1024];
      int count;
      while ((count = in.read(buffer)) >= 0) {
        out.write(buffer, 0, count);
      }
      to.shutdownOutput();
      if (from.isOutputShutdown()) {
        close();
      }
    } catch (IOException broken) {
      reset();
    }
  }

  private void close() throws IOException {
    client.close();
    server.close();
    proxy.ended(this);
  }
}
