package io.agentchannel.netty.internal;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;

/** One protocol on a port: the server's side of a transport. Thread-safe. */
public interface PortUser {

  /** What was asked for; users of one port differ in the scheme. */
  Endpoint endpoint();

  /** Whether a request is for it. If nobody wants one, the port's first user gets it. */
  boolean wants(HttpRequest request);

  /** What it offers by ALPN (RFC 7301); none: not even a name. */
  default List<String> protocols() {
    return List.of();
  }

  /**
   * Takes a connection over that has brought a request which it wants: adds its handlers at the end
   * of the pipeline. They get that request and all that follows it, until one comes that another
   * user wants; then they are removed.
   */
  void initialize(Channel channel);

  /**
   * Takes a connection over that speaks HTTP/2; the pipeline is empty but for TLS. Only called if
   * {@link #protocols} has {@code h2}.
   */
  default void initializeHttp2(Channel channel) {
    channel.close();
  }
}
