package io.agentchannel.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Whatever bytes a client sends once it is upgraded: messages, and one end with a reason. */
class FramesFuzz {
  private static final int MAX_MESSAGE = 1024;

  @FuzzTest
  void framesAreMessagesOrTheEnd(byte[] bytes) {
    // The same bytes as an agent's and as a plain client's.
    for (SubProtocol protocol : SubProtocol.values()) {
      Heard heard = read(protocol, bytes);
      Heard again = read(protocol, encoded(protocol, heard.messages));

      assertThat(again.messages).isEqualTo(heard.messages);
    }
  }

  private static Heard read(SubProtocol protocol, byte[] bytes) {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new WebSocket13FrameDecoder(
                Frames.decoder(MAX_MESSAGE).expectMaskedFrames(true).build()));
    LinkInfo info = new LinkInfo("ws", "here", "there", 2048, LinkInfo.Path.DIRECT, null);
    WebSocketLink link = new WebSocketLink(channel, protocol, MAX_MESSAGE, info);
    if (protocol == SubProtocol.JSON) {
      channel.pipeline().addLast(new Utf8FrameValidator(/* closeOnProtocolViolation= */ false));
    }
    channel.pipeline().addLast(link);
    Heard heard = new Heard();
    link.start(heard);
    channel.runPendingTasks();

    ByteBuf in = Unpooled.buffer().writeBytes(bytes);
    if (channel.isOpen()) {
      channel.writeInbound(in);
      channel.runPendingTasks();
    } else {
      in.release();
    }
    assertAnswers(channel);
    channel.finishAndReleaseAll();

    assertThat(in.refCnt()).isZero();
    assertThat(heard.ends).isEqualTo(1);
    assertThat(heard.size).isLessThanOrEqualTo(bytes.length);
    return heard;
  }

  /** Pongs, then at most one goodbye whose reason is fit to be read. */
  private static void assertAnswers(EmbeddedChannel channel) {
    boolean closing = false;
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      assertThat(closing).as("something after the goodbye").isFalse();
      if (out instanceof CloseWebSocketFrame close) {
        closing = true;
        assertThat(close.reasonText()).matches("[ -~]{0,123}");
      } else {
        assertThat(out).isInstanceOf(PongWebSocketFrame.class);
      }
      ReferenceCountUtil.release(out);
    }
  }

  /** As a client would send them. */
  private static byte[] encoded(SubProtocol protocol, List<ByteBuffer> messages) {
    EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameEncoder(/* mask= */ true));
    ByteBuf all = Unpooled.buffer();
    for (ByteBuffer message : messages) {
      ByteBuf body = Unpooled.wrappedBuffer(message.duplicate());
      WebSocketFrame frame =
          protocol == SubProtocol.JSON
              ? new TextWebSocketFrame(body)
              : new BinaryWebSocketFrame(body);
      client.writeOutbound(frame);
      for (ByteBuf out = client.readOutbound(); out != null; out = client.readOutbound()) {
        all.writeBytes(out);
        out.release();
      }
    }
    client.finishAndReleaseAll();
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes).release();
    return bytes;
  }

  private static final class Heard implements Link.Receiver {
    final List<ByteBuffer> messages = new ArrayList<>();
    int size;
    int ends;

    @Override
    public void onPacket(ByteBuffer packet) {
      assertThat(ends).as("a packet after the end").isZero();
      assertThat(packet.remaining()).isBetween(1, MAX_MESSAGE);
      size += packet.remaining();
      messages.add(ByteBuffer.allocate(packet.remaining()).put(packet).flip());
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onReady() {}

    @Override
    public void onClosed(Throwable cause) {
      ends++;
      if (cause != null) {
        assertThat(cause.getMessage()).matches("[ -~]{1,400}");
      }
    }
  }
}
