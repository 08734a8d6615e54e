package io.agentchannel.bench.jmh;

import io.agentchannel.Call;
import io.agentchannel.Payload;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Kind;
import io.agentchannel.core.wire.Envelope.Open;
import io.agentchannel.core.wire.EnvelopeReader;
import io.agentchannel.core.wire.EnvelopeWriter;
import io.agentchannel.core.wire.JsonEnvelopes;
import io.agentchannel.core.wire.MalformedPacketException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Both encodings of an envelope with 256 bytes of text. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class EnvelopeBenchmark {

  /** The first envelope of a call, or any other of its messages. */
  @Param({"OPEN", "ITEM"})
  public String kind = "";

  private Envelope envelope = Envelope.ping(1);
  private ByteBuffer out = Envelope.noBody();
  private ByteBuffer packet = Envelope.noBody();
  private String json = "";

  @Setup
  public void prepare() {
    envelope = envelope(Kind.valueOf(kind));
    out = ByteBuffer.allocate(1024);
    packet = ByteBuffer.allocate(EnvelopeWriter.framedSize(envelope));
    EnvelopeWriter.writeFramed(envelope, packet);
    packet.flip();
    json = JsonEnvelopes.write("call-1", envelope);
  }

  private static Envelope envelope(Kind kind) {
    boolean opens = kind == Kind.OPEN;
    Open open = opens ? new Open("echo", Map.of("trace", "1"), null, Call.Kind.UNARY) : null;
    return new Envelope(
        kind,
        opens,
        /* exchange= */ 1_000_000,
        /* seq= */ 1,
        /* ack= */ opens ? 0 : 1,
        /* credit= */ 1 << 18,
        /* attempt= */ opens ? 1 : 0,
        /* last= */ true,
        /* more= */ false,
        /* size= */ 0,
        /* ttl= */ opens ? 30_000 : 0,
        Payload.TEXT,
        Payload.ofText("0123456789abcdef".repeat(16)).body(),
        open,
        null,
        null,
        0);
  }

  @Benchmark
  public ByteBuffer write() {
    out.clear();
    EnvelopeWriter.writeFramed(envelope, out);
    return out;
  }

  @Benchmark
  public void read(Blackhole sink) throws MalformedPacketException {
    EnvelopeReader.readPacket(packet, sink::consume);
  }

  @Benchmark
  public String writeJson() {
    return JsonEnvelopes.write("call-1", envelope);
  }

  @Benchmark
  public JsonEnvelopes.Decoded readJson() throws MalformedPacketException {
    return JsonEnvelopes.read(json);
  }
}
