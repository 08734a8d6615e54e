package io.agentchannel.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.agentchannel.netty.internal.Channels;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.HttpLimits;
import io.agentchannel.spi.GuestCalls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;

/** Whatever bytes a stranger sends to a port: an upgrade, one refusal that says why, or nothing. */
class ServerUpgradeFuzz {
  private static final Set<String> ANSWERS =
      Set.of("100", "101", "400", "403", "413", "417", "426", "431");

  private static final Rig RIG = new Rig();
  private static final Endpoint HERE = Endpoints.of(URI.create("ws://127.0.0.1:7080"));

  @AfterAll
  static void close() throws Exception {
    RIG.timers().shutdownNow();
  }

  @FuzzTest
  void aRequestIsUpgradedOrRefused(byte[] bytes) {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new HttpServerCodec(HttpLimits.LINE, HttpLimits.HEADERS, HttpLimits.CHUNK));
    new Listener(HERE, Settings.of(RIG), new Channels(Channel::close), RIG).initialize(channel);

    ByteBuf in = Unpooled.buffer().writeBytes(bytes);
    channel.writeInbound(in);
    channel.runPendingTasks();
    String answer = answer(channel);
    channel.finishAndReleaseAll();

    assertThat(in.refCnt()).isZero();
    int links = RIG.accepted.size() + RIG.guestLinks.size();
    RIG.accepted.clear();
    RIG.guestLinks.clear();
    if (!answer.isEmpty()) {
      assertThat(answer).matches("(?s)HTTP/1\\.[01] [1-5][0-9][0-9] [ -~]*\r\n.*");
      assertThat(answer.substring(9, 12)).isIn(ANSWERS);
    }
    assertThat(links).isEqualTo(answer.contains("HTTP/1.1 101 ") ? 1 : 0);
    for (GuestCalls.Visit visit = RIG.visits.poll(); visit != null; visit = RIG.visits.poll()) {
      assertThat(visit.scheme()).isEqualTo("ws");
    }
  }

  private static String answer(EmbeddedChannel channel) {
    StringBuilder answer = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      answer.append(out.toString(StandardCharsets.ISO_8859_1));
      out.release();
    }
    return answer.toString();
  }
}
