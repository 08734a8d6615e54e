package io.agentchannel.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.netty.internal.Attempt;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.HttpLimits;
import io.agentchannel.netty.internal.Problems;
import io.agentchannel.spi.Link;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** Whatever bytes a server answers with: unless it proves the upgrade, one line says what it is. */
class ClientUpgradeFuzz {
  private static final Rig RIG = new Rig();
  private static final Endpoint THERE = Endpoints.of(URI.create("ws://library.example:7080/it"));

  @AfterAll
  static void close() {
    RIG.timers().shutdownNow();
  }

  @FuzzTest
  void anAnswerThatProvesNothingIsOneLine(byte[] bytes) {
    Recorded attempt = new Recorded();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new HttpClientCodec(HttpLimits.LINE, HttpLimits.HEADERS, HttpLimits.CHUNK),
            new ClientUpgrade(THERE, Settings.of(RIG), RIG, attempt));

    ByteBuf in = Unpooled.buffer().writeBytes(bytes);
    channel.writeInbound(in);
    channel.runPendingTasks();
    channel.finishAndReleaseAll();

    assertThat(in.refCnt()).isZero();
    // The key of each attempt is random, so no bytes made before can answer it.
    assertThat(attempt.made).isNull();
    assertThat(attempt.problem).isNotNull();
    assertThat(attempt.problem.getMessage()).startsWith(THERE + ": ").matches("[ -~]{1,600}");
  }

  private static final class Recorded implements Attempt<Link> {
    @Nullable Link made;
    @Nullable AgentException problem;

    @Override
    public void succeed(Link link) {
      made = link;
    }

    @Override
    public void fail(Code code, String what) {
      fail(Problems.of(code, THERE, what, null));
    }

    @Override
    public void fail(Throwable failure) {
      if (problem == null) {
        problem = Problems.connecting(THERE, failure);
      }
    }
  }
}
