package io.agentchannel.websocket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Throws away what still comes from a peer that broke the protocol. Closing while bytes are unread
 * would reset the connection, and the peer would never see why.
 */
final class Discard extends ChannelInboundHandlerAdapter {
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }
}
