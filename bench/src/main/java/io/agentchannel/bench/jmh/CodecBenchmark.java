package io.agentchannel.bench.jmh;

import io.agentchannel.Payload;
import io.agentchannel.core.codec.Codecs;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a record, a text and raw bytes cost on their way between a user and the wire. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class CodecBenchmark {

  /** About 256 bytes as JSON. */
  public record Order(String id, String customer, List<Line> lines, double total) {}

  /** Of an order. */
  public record Line(String article, int count, double price) {}

  private final Codecs codecs = new Codecs(List.of());
  private final Order order =
      new Order(
          "order-2026-000017",
          "Ada Lovelace",
          List.of(
              new Line("difference engine, part 17", 3, 19.99),
              new Line("punched cards, a box of 100", 2, 4.5),
              new Line("oil for fine mechanics", 1, 12.0)),
          80.97);
  private final Payload json = codecs.encode(order, Order.class);
  private final String text = "0123456789abcdef".repeat(16);
  private final Payload textPayload = codecs.encode(text, String.class);
  private final Payload bytes = Payload.ofBytes(new byte[256]);

  @Benchmark
  public Payload encodeRecord() {
    return codecs.encode(order, Order.class);
  }

  @Benchmark
  public @Nullable Object decodeRecord() {
    return codecs.decode(json, Order.class);
  }

  @Benchmark
  public Payload encodeText() {
    return codecs.encode(text, String.class);
  }

  @Benchmark
  public @Nullable Object decodeText() {
    return codecs.decode(textPayload, String.class);
  }

  @Benchmark
  public @Nullable Object passPayload() {
    return codecs.decode(codecs.encode(bytes, Payload.class), Payload.class);
  }
}
