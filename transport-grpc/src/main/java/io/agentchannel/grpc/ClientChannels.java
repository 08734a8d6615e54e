package io.agentchannel.grpc;

import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.spi.TransportContext;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;

/** Outgoing connections, for links and for plain services. */
final class ClientChannels {
  private static final long SHORTEST_TRY_MILLIS = 1000;

  private ClientChannels() {}

  /**
   * What both have in common. A name is looked up, and its addresses tried in turn, when the first
   * call comes. May read files; call it on a worker.
   *
   * @param loop of all that happens on the connection
   */
  static NettyChannelBuilder to(
      Way way,
      Settings settings,
      EventLoop loop,
      Class<? extends Channel> socket,
      TransportContext context) {
    Endpoint endpoint = way.endpoint();
    // A host with several addresses must not lose all its time with the first of them.
    long patience = Math.max(SHORTEST_TRY_MILLIS, settings.connectTimeout().toMillis() / 3);
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget("dns:///" + endpoint.uri().getHost() + ":" + endpoint.port())
            .eventLoopGroup(loop)
            .channelType(socket, InetSocketAddress.class)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) patience)
            .directExecutor()
            .offloadExecutor(context.workers())
            .proxyDetector(way)
            .disableServiceConfigLookUp()
            .disableRetry()
            .maxInboundMetadataSize(Settings.MAX_METADATA)
            .flowControlWindow(Settings.FLOW_WINDOW);
    return endpoint.isTls()
        ? builder.sslContext(Http2Tls.client(context.tls()))
        : builder.negotiationType(NegotiationType.PLAINTEXT);
  }
}
