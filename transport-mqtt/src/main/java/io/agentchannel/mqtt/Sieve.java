package io.agentchannel.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes malformed and too large PUBLISH packets out of what a broker sends, and acknowledges them
 * so that they do not come again. The client library would end the connection, and with it all
 * links, so whoever may publish to an agent could keep it from its broker where that passes on what
 * it is given. Everything else passes as it is, bytes in one piece where they came in one. What is
 * kept is less than one packet of the size that the broker was allowed.
 */
final class Sieve extends ByteToMessageDecoder {
  private static final Logger log = LoggerFactory.getLogger(Sieve.class);

  /** What the client library calls its decoder. */
  static final String DECODER = "decoder";

  private static final int PUBLISH = 3;
  private static final byte PUBACK = 0x40;
  private static final int LONGEST_LENGTH = 4;
  private static final int NOT_YET = -1;
  private static final int NONE = -2;

  private final int largest;

  /** Where the packet begins that was not looked at yet, from the reader's index. */
  private int looked;

  /** The broker does not keep to the protocol; the decoder will say so. */
  private boolean open;

  /** Bytes of a dropped packet that are still to come. */
  private int skipping;

  private long dropped;

  /**
   * @param largest bytes of the largest packet that the broker was allowed to send
   */
  Sieve(int largest) {
    this.largest = largest;
  }

  /** Puts a sieve in front of the decoder of a channel once that is there. */
  static ChannelInboundHandlerAdapter setter(int largest) {
    return new Setter(largest);
  }

  /**
   * The decoder comes when the connection is made, after TLS and WebSocket; a moment later the
   * broker says its first word.
   */
  private static final class Setter extends ChannelInboundHandlerAdapter {
    private final int largest;

    Setter(int largest) {
      this.largest = largest;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (ctx.pipeline().context(DECODER) != null) {
        ctx.pipeline().addBefore(DECODER, null, new Sieve(largest));
        ctx.pipeline().remove(this);
      }
      ctx.fireChannelRead(message);
    }
  }

  /** Packets so far. */
  long dropped() {
    return dropped;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    skip(in);
    while (!open && skipping == 0) {
      int start = in.readerIndex() + looked;
      int header = startOfHeader(in, start);
      open = header == NONE;
      if (header < 0 || !sift(ctx, in, start, header, out)) {
        break;
      }
    }
    if (open) {
      looked = in.readableBytes();
    }
    pass(in, out);
  }

  /** False if more has to come first, or nothing can be told apart any more. */
  private boolean sift(
      ChannelHandlerContext ctx, ByteBuf in, int start, int header, List<Object> out) {
    int first = in.getByte(start);
    int end = header + length(in, start + 1, header);
    boolean isMail = (first & 0xf0) >> 4 == PUBLISH && PublishCheck.isSimple(first);
    boolean isTooLarge = end - start > largest;
    if (isTooLarge && !isMail) {
      open = true;
      return false;
    }
    int known = isTooLarge ? Math.min(end, PublishCheck.afterId(in, first, header)) : end;
    if (known > in.writerIndex()) {
      return false;
    }
    if (isMail && (isTooLarge || !PublishCheck.isWellFormed(in, first, header, end))) {
      pass(in, out);
      drop(ctx, in, first, header, end);
    } else {
      looked = end - in.readerIndex();
    }
    return true;
  }

  private void pass(ByteBuf in, List<Object> out) {
    if (looked > 0) {
      out.add(in.readRetainedSlice(looked));
      looked = 0;
    }
  }

  private void drop(ChannelHandlerContext ctx, ByteBuf in, int flags, int header, int end) {
    int afterId = PublishCheck.afterId(in, flags, header);
    if (PublishCheck.hasId(flags) && afterId <= end) {
      byte[] acknowledgement = {PUBACK, 2, in.getByte(afterId - 2), in.getByte(afterId - 1)};
      ctx.writeAndFlush(Unpooled.wrappedBuffer(acknowledgement), ctx.voidPromise());
    }
    skipping = end - in.readerIndex();
    skip(in);
    dropped++;
    if (Long.bitCount(dropped) == 1) {
      // At 1, 2, 4, …: whoever sends them is not to fill the log as well.
      log.warn(
          "messages that cannot be read, passed on by the broker {}, are dropped; {} so far",
          ctx.channel().remoteAddress(),
          dropped);
    }
  }

  private void skip(ByteBuf in) {
    int now = Math.min(skipping, in.readableBytes());
    in.skipBytes(now);
    skipping -= now;
  }

  /** Where the variable header begins of the packet that begins here. */
  private static int startOfHeader(ByteBuf in, int start) {
    int most = Math.min(start + 1 + LONGEST_LENGTH, in.writerIndex());
    for (int at = start + 1; at < most; at++) {
      if (in.getByte(at) >= 0) {
        return at + 1;
      }
    }
    return most == start + 1 + LONGEST_LENGTH ? NONE : NOT_YET;
  }

  private static int length(ByteBuf in, int from, int to) {
    int length = 0;
    for (int at = from; at < to; at++) {
      length |= (in.getByte(at) & 0x7f) << (7 * (at - from));
    }
    return length;
  }
}
