package io.agentchannel.broker;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.WriteBufferWaterMark;

/**
 * The broker inside drops what it has for a client, acknowledgements included, while more than
 * Netty's default of 64 KiB waits for the client's socket. That is less than one burst of packets,
 * so its connections get more room. Others are left alone.
 *
 * <p>Public for {@link java.util.ServiceLoader} only.
 */
public final class RoomForBursts extends ChannelInitializerExtension {
  private static final WriteBufferWaterMark ROOM =
      new WriteBufferWaterMark(8 * 1024 * 1024, 16 * 1024 * 1024);

  /** For {@link java.util.ServiceLoader}. */
  public RoomForBursts() {}

  /** Netty asks for extensions only if it is told to, before its first channel. */
  static void enable() {
    if (System.getProperty(EXTENSIONS_SYSTEM_PROPERTY) == null) {
      System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }
  }

  @Override
  public void postInitializeServerChildChannel(Channel channel) {
    ChannelHandler first = channel.pipeline().first();
    if (first != null && first.getClass().getName().startsWith("io.moquette.")) {
      channel.config().setWriteBufferWaterMark(ROOM);
    }
  }
}
