package io.agentchannel.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Whatever bytes a broker sends, in whatever pieces: the same passes, and what is malformed not.
 */
class SieveFuzz {
  private static final int LARGEST = 200;

  private record Sifted(List<String> answers, byte[] passed, long dropped) {}

  @FuzzTest
  void piecesMakeNoDifferenceAndWhatPassesIsReadable(byte[] bytes) {
    Sifted whole = sift(bytes, Math.max(1, bytes.length), LARGEST);
    Sifted pieces = sift(bytes, bytes.length == 0 ? 1 : 1 + (bytes[0] & 7), LARGEST);

    assertThat(pieces.passed()).isEqualTo(whole.passed());
    assertThat(pieces.answers()).isEqualTo(whole.answers());
    assertThat(pieces.dropped()).isEqualTo(whole.dropped());
    assertThat(whole.passed().length).isLessThanOrEqualTo(bytes.length);
    assertThat(whole.answers()).allMatch(answer -> answer.matches("4002[0-9a-f]{4}"));
    assertThat(whole.answers().size()).isLessThanOrEqualTo((int) whole.dropped());
    // Nothing is left to drop in what has passed.
    Sifted again = sift(whole.passed(), Math.max(1, whole.passed().length), LARGEST);
    assertThat(again.dropped()).isZero();
    assertThat(again.passed()).isEqualTo(whole.passed());
  }

  private static Sifted sift(byte[] bytes, int piece, int largest) {
    Sieve sieve = new Sieve(largest);
    EmbeddedChannel channel = new EmbeddedChannel(sieve);
    ByteArrayOutputStream passed = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += piece) {
      channel.writeInbound(Unpooled.copiedBuffer(bytes, at, Math.min(piece, bytes.length - at)));
      for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
        passed.writeBytes(ByteBufUtil.getBytes(part));
        part.release();
      }
    }
    List<String> answers = new ArrayList<>();
    for (ByteBuf answer = channel.readOutbound(); answer != null; answer = channel.readOutbound()) {
      answers.add(ByteBufUtil.hexDump(answer));
      answer.release();
    }
    Sifted sifted = new Sifted(answers, passed.toByteArray(), sieve.dropped());
    channel.finishAndReleaseAll();
    return sifted;
  }
}
