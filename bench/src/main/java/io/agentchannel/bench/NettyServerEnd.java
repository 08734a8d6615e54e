package io.agentchannel.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;

/**
 * Sends every message back; one of four bytes asks for that many messages instead, which go out as
 * fast as the socket takes them.
 */
final class NettyServerEnd extends ChannelInboundHandlerAdapter {
  private final byte[] item = new byte[Subject.MESSAGE_BYTES];
  private int itemsLeft;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    BinaryWebSocketFrame frame = (BinaryWebSocketFrame) message;
    ByteBuf content = frame.content();
    if (content.readableBytes() != Integer.BYTES) {
      ctx.write(frame, ctx.voidPromise());
      return;
    }
    itemsLeft = content.readInt();
    frame.release();
    sendItems(ctx);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    sendItems(ctx);
  }

  private void sendItems(ChannelHandlerContext ctx) {
    boolean any = itemsLeft > 0;
    while (itemsLeft > 0 && ctx.channel().isWritable()) {
      itemsLeft--;
      ctx.write(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(item)), ctx.voidPromise());
    }
    if (any) {
      ctx.flush();
    }
  }
}
