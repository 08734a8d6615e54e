package io.agentchannel.websocket;

import io.agentchannel.netty.internal.Channels;
import io.agentchannel.netty.internal.Dial;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.HttpLimits;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.TransportContext;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpClientCodec;

/** Makes links of connections that were dialled. Thread-safe. */
record Dialled(Endpoint endpoint, Settings settings, Channels channels, TransportContext context)
    implements Dial.Protocol<Link> {

  @Override
  public void initialize(Channel channel, Dial<Link> dial) {
    channels.add(channel);
    channel.config().setWriteBufferWaterMark(Outgoing.WATER_MARK);
    channel
        .pipeline()
        .addLast(
            new HttpClientCodec(HttpLimits.LINE, HttpLimits.HEADERS, HttpLimits.CHUNK),
            new ClientUpgrade(endpoint, settings, context, dial));
  }

  @Override
  public void discard(Link made) {
    made.close();
  }
}
