package io.agentchannel.http.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.netty.internal.HalfOpen;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a connection may take for what it does. */
class PatienceTest {
  private static final int LARGE = 1_000_000;

  private final MockTicker time = Ticker.newMockTicker();
  private final Client client = new Client();
  private EmbeddedChannel channel;
  private boolean gone;

  @BeforeEach
  void connect() {
    channel =
        EmbeddedChannel.builder()
            .ticker(time)
            .handlers(client, new RequestReader(List.of(new Large()), false, new HalfOpen(16)))
            .build();
  }

  @AfterEach
  void disconnect() {
    client.takes = true;
    channel.finishAndReleaseAll();
  }

  private void pass(int seconds) {
    time.advance(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  private static HttpRequest whole(String path) {
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
    request.headers().set("Host", "localhost");
    return request;
  }

  @Test
  void aClientThatTakesNothingIsCutOff() {
    client.takes = false;
    channel.writeInbound(whole("/stream"));
    pass(20);
    assertThat(channel.isActive()).isTrue();

    pass(20);
    pass(20);
    assertThat(channel.isActive()).isFalse();
    assertThat(gone).isTrue();
  }

  @Test
  void aClientThatTakesItSlowlyIsServed() {
    client.takes = false;
    channel.writeInbound(whole("/stream"));
    for (int i = 0; i < 20; i++) {
      pass(20);
      // A part is taken, and the next one waits.
      client.takes = true;
      channel.flush();
      client.takes = false;
      channel.releaseOutbound();
      large.run();
    }

    assertThat(channel.isActive()).isTrue();
  }

  @Test
  void aClientThatWaitsForItsReplyMayWait() {
    channel.writeInbound(whole("/later"));
    for (int i = 0; i < 100; i++) {
      pass(20);
    }

    assertThat(channel.isActive()).isTrue();
  }

  @Test
  void aBodyThatTricklesIsCutOff() {
    DefaultHttpRequest request =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/later");
    request.headers().set("Host", "localhost").set("Content-Length", 100);
    channel.writeInbound(request);
    for (int i = 0; i < 11; i++) {
      assertThat(channel.isActive()).isTrue();
      channel.writeInbound(new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[1])));
      pass(10);
    }
    pass(10);
    pass(10);

    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void anIdleConnectionIsClosed() {
    pass(80);
    assertThat(channel.isActive()).isTrue();
    pass(20);
    assertThat(channel.isActive()).isFalse();
  }

  private Runnable large = () -> {};

  /** Answers {@code /stream} with more than anybody takes at once, anything else not at all. */
  private final class Large implements Resource {
    @Override
    public boolean owns(RequestHead head) {
      return true;
    }

    @Override
    public int maxBody(RequestHead head) {
      return LARGE;
    }

    @Override
    public void serve(RequestHead head, byte[] body, Responder responder) {
      responder.onGone(() -> gone = true);
      if (head.path().equals("/stream")) {
        Responder.Parts parts =
            responder.stream(HttpResponseStatus.OK, "text/plain", Map.of(), () -> {});
        large = () -> parts.write(ByteBuffer.allocate(LARGE));
        large.run();
      }
    }
  }

  /** The other end of the connection. */
  private static final class Client extends ChannelOutboundHandlerAdapter {
    boolean takes = true;

    @Override
    public void flush(ChannelHandlerContext ctx) {
      if (takes) {
        ctx.flush();
      }
    }
  }
}
