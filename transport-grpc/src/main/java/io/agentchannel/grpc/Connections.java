package io.agentchannel.grpc;

import io.agentchannel.netty.internal.HalfOpen;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.ServerChannel;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one port: each is known from its first byte on, and its calls know it. gRPC
 * shows neither; the port's own pipeline and the remote address lead from one to the other.
 * Thread-safe.
 */
final class Connections extends ServerTransportFilter {
  private static final int MOST_STRANGERS = 512;

  private static final Attributes.Key<Connection> CONNECTION =
      Attributes.Key.create("agentchannel-connection");

  private final Map<SocketAddress, Connection> open = new ConcurrentHashMap<>();
  private final HalfOpen strangers = new HalfOpen(MOST_STRANGERS, Connections::cut);

  /** The connection that brought the call; null only if it has gone meanwhile. */
  static @Nullable Connection of(ServerCall<?, ?> call) {
    return call.getAttributes().get(CONNECTION);
  }

  private static void cut(Channel channel) {
    Connection connection = channel.pipeline().get(Connection.class);
    if (connection != null) {
      channel.eventLoop().execute(connection::cut);
    }
  }

  /** Makes the socket of the port. */
  ChannelFactory<ServerChannel> listening(Class<? extends ServerChannel> type) {
    ChannelFactory<? extends ServerChannel> sockets = new ReflectiveChannelFactory<>(type);
    return () -> {
      ServerChannel socket = sockets.newChannel();
      socket.pipeline().addLast(new Arrivals());
      return socket;
    };
  }

  void add(SocketAddress remote, Connection connection) {
    open.put(remote, connection);
  }

  void remove(SocketAddress remote, Connection connection) {
    open.remove(remote, connection);
  }

  @Override
  public Attributes transportReady(Attributes transport) {
    SocketAddress remote = transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    Connection connection = remote == null ? null : open.get(remote);
    return connection == null
        ? transport
        : transport.toBuilder().set(CONNECTION, connection).build();
  }

  /** Stands in the port's pipeline before the handler that registers what is accepted. */
  private final class Arrivals extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
      if (accepted instanceof Channel channel) {
        channel.pipeline().addLast(new Connection(Connections.this, strangers));
      }
      ctx.fireChannelRead(accepted);
    }
  }
}
