package io.agentchannel.netty.internal;

import io.netty.channel.ChannelHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections to a port that fail before there is a link or a call that it concerns. */
public final class Broken {
  private static final Logger log = LoggerFactory.getLogger(Broken.class);

  private Broken() {}

  /** Closes it; says so in one line, in which nothing from the network stands as it came. */
  public static void close(ChannelHandlerContext ctx, Throwable failure) {
    log.debug(
        "a connection from {} came to nothing: {}",
        Addresses.text(ctx.channel().remoteAddress()),
        OneLine.of(failure.toString()));
    ctx.close();
  }
}
