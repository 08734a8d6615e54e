package io.agentchannel.websocket;

import io.agentchannel.netty.internal.Channels;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.HttpLimits;
import io.agentchannel.netty.internal.PortUser;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;

/** Takes the connections of a port that ask for WebSocket. Thread-safe. */
record Listener(Endpoint endpoint, Settings settings, Channels channels, TransportContext context)
    implements PortUser {

  @Override
  public boolean wants(HttpRequest request) {
    return request
        .headers()
        .containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
  }

  @Override
  public void initialize(Channel channel) {
    channels.add(channel);
    channel.config().setWriteBufferWaterMark(Outgoing.WATER_MARK);
    channel
        .pipeline()
        .addLast(
            new HttpObjectAggregator(HttpLimits.CHUNK, /* closeOnExpectationFailed= */ true),
            new ServerUpgrade(endpoint, settings, context));
  }
}
