package io.agentchannel.core.wire;

import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Envelopes that are valid, from a seed. */
final class RandomEnvelopes {
  private static final String[] LETTERS = {
    "a", "z", "0", "é", "ß", "€", "漢", "😀", " ", "\n", "\""
  };
  private static final String[] JSON = {
    "{}",
    "[1,2.50,-3e10]",
    "\"text\"",
    "null",
    "true",
    "{\"base64\":\"AAAA\"}",
    "{\"base64\":\"AAAA\",\"b\":1}",
    "{\"base64\":1}",
    "{\"a\":{\"base64\":\"x\"}}",
    "0.10",
    "\"\"",
  };

  private final Random random;

  RandomEnvelopes(long seed) {
    random = new Random(seed);
  }

  /** Any that a packet carries. */
  Envelope next() {
    Envelope.Kind[] kinds = Envelope.Kind.values();
    Envelope.Kind kind = kinds[random.nextInt(kinds.length)];
    boolean ofExchange = kind.isOfExchange();
    boolean carries = kind == Envelope.Kind.OPEN || kind == Envelope.Kind.ITEM;
    String contentType = carries ? contentType() : "";
    boolean begins = !contentType.isEmpty();
    boolean piece = begins || kind == Envelope.Kind.ITEM;
    return new Envelope(
        kind,
        ofExchange && random.nextBoolean(),
        ofExchange ? 1 + (number() >>> 2) : 0,
        switch (kind) {
          case OPEN -> 1;
          case ITEM -> Math.max(1, number());
          case END -> number();
          default -> 0;
        },
        number(),
        number(),
        kind == Envelope.Kind.OPEN || kind == Envelope.Kind.RESUME ? 1 + random.nextInt(300) : 0,
        carries && random.nextBoolean(),
        piece && random.nextBoolean(),
        begins && random.nextBoolean() ? number() : 0,
        number(),
        contentType,
        piece ? body() : Envelope.noBody(),
        kind == Envelope.Kind.OPEN ? open() : null,
        switch (kind) {
          case END, CANCEL, GOAWAY -> status();
          default -> null;
        },
        kind == Envelope.Kind.DONE ? done() : null,
        kind == Envelope.Kind.PING || kind == Envelope.Kind.PONG ? number() : 0);
  }

  /** Any that has a JSON form, as it comes back from it. */
  Envelope nextForJson() {
    while (true) {
      Envelope e = next();
      boolean hasForm =
          switch (e.kind()) {
            case RESUME, DONE, GOAWAY -> false;
            default -> true;
          };
      if (hasForm) {
        boolean begins = !e.contentType().isEmpty();
        return new Envelope(
            e.kind(),
            false,
            0,
            e.seq(),
            e.ack(),
            e.credit(),
            e.kind() == Envelope.Kind.OPEN ? 1 : 0,
            e.last(),
            false,
            0,
            e.ttl(),
            e.contentType(),
            begins ? bodyFor(e.contentType()) : Envelope.noBody(),
            e.open(),
            e.status(),
            null,
            e.token());
      }
    }
  }

  /** Of all lengths that a varint can have. */
  private long number() {
    return random.nextInt(3) == 0 ? 0 : random.nextLong() >>> (1 + random.nextInt(63));
  }

  private String contentType() {
    return switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> Payload.JSON;
      case 2 -> Payload.BYTES;
      case 3 -> Payload.TEXT;
      case 4 -> "application/x-protobuf; messageType=\"a.B\"";
      default -> "x".repeat(1 + random.nextInt(WireLimits.MAX_CONTENT_TYPE));
    };
  }

  private ByteBuffer body() {
    int size = random.nextInt(100) == 0 ? Envelope.MAX_BODY : random.nextInt(300);
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private ByteBuffer bodyFor(String contentType) {
    return switch (contentType) {
      case Payload.JSON -> utf8(JSON[random.nextInt(JSON.length)]);
      case Payload.TEXT -> utf8(text(40));
      default -> body();
    };
  }

  private Envelope.Open open() {
    Call.Kind[] calls = Call.Kind.values();
    return new Envelope.Open(
        "op." + Integer.toString(random.nextInt(), 36).replace('-', '_'),
        entries(),
        random.nextBoolean() ? null : "k" + text(50),
        random.nextBoolean() ? null : calls[random.nextInt(calls.length)]);
  }

  private Status status() {
    if (random.nextInt(3) == 0) {
      return random.nextBoolean()
          ? Status.OK
          : new Status(null, Outcome.PROCESSED, text(10), entries());
    }
    Code[] codes = Code.values();
    Outcome[] outcomes = Outcome.values();
    return new Status(
        codes[random.nextInt(codes.length)],
        outcomes[random.nextInt(outcomes.length)],
        text(60),
        entries());
  }

  private Envelope.Done done() {
    long[] counters = random.longs(random.nextInt(20), 1, 1L << (1 + random.nextInt(60))).toArray();
    return new Envelope.Done(number(), number(), counters);
  }

  private Map<String, String> entries() {
    Map<String, String> entries = new HashMap<>();
    int count = random.nextInt(4) == 0 ? random.nextInt(8) : 0;
    for (int i = 0; i < count; i++) {
      entries.put("name-" + random.nextInt(100) + text(3), text(30));
    }
    return Map.copyOf(entries);
  }

  private String text(int maxLetters) {
    StringBuilder text = new StringBuilder();
    boolean ascii = random.nextBoolean();
    for (int i = random.nextInt(maxLetters); i > 0; i--) {
      text.append(LETTERS[random.nextInt(ascii ? 3 : LETTERS.length)]);
    }
    return text.toString();
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
