package io.agentchannel.core.wire;

import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Packets in tests: written, read, compared, in each kind of buffer there is. */
final class Packets {

  /** The kinds of buffers that a transport may hand over. */
  enum Buffers {
    HEAP {
      @Override
      ByteBuffer holding(byte[] bytes) {
        return ByteBuffer.wrap(bytes);
      }
    },
    HEAP_IN_THE_MIDDLE {
      @Override
      ByteBuffer holding(byte[] bytes) {
        ByteBuffer around = ByteBuffer.allocate(bytes.length + 20);
        around.put(7, bytes);
        return around.slice(3, bytes.length + 10).position(4).limit(4 + bytes.length);
      }
    },
    READ_ONLY {
      @Override
      ByteBuffer holding(byte[] bytes) {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
      }
    },
    DIRECT {
      @Override
      ByteBuffer holding(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
      }
    };

    abstract ByteBuffer holding(byte[] bytes);
  }

  private Packets() {}

  static byte[] write(Envelope... envelopes) {
    return write(List.of(envelopes));
  }

  static byte[] write(List<Envelope> envelopes) {
    int size = envelopes.stream().mapToInt(EnvelopeWriter::framedSize).sum();
    ByteBuffer packet = ByteBuffer.allocate(size);
    envelopes.forEach(e -> EnvelopeWriter.writeFramed(e, packet));
    if (packet.hasRemaining()) {
      throw new AssertionError("told " + size + " bytes, wrote " + packet.position());
    }
    return packet.array();
  }

  static List<Envelope> read(byte[] packet) throws MalformedPacketException {
    return read(ByteBuffer.wrap(packet));
  }

  static List<Envelope> read(ByteBuffer packet) throws MalformedPacketException {
    List<Envelope> envelopes = new ArrayList<>();
    EnvelopeReader.readPacket(packet, envelopes::add);
    return envelopes;
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  static byte[] bodyOf(Envelope e) {
    byte[] bytes = new byte[e.body().remaining()];
    e.body().duplicate().get(bytes);
    return bytes;
  }

  /** All components by name, such that equal envelopes have equal ones: arrays are not. */
  static Map<String, Object> parts(Envelope e) {
    Map<String, Object> parts = new LinkedHashMap<>();
    for (RecordComponent component : Envelope.class.getRecordComponents()) {
      try {
        parts.put(component.getName(), component.getAccessor().invoke(e));
      } catch (ReflectiveOperationException impossible) {
        throw new LinkageError(impossible.getMessage(), impossible);
      }
    }
    Envelope.Done done = e.done();
    if (done != null) {
      parts.put(
          "done",
          List.of(done.floor(), done.next(), Arrays.stream(done.counters()).boxed().toList()));
    }
    return parts;
  }

  static List<Map<String, Object>> parts(List<Envelope> envelopes) {
    return envelopes.stream().map(Packets::parts).toList();
  }
}
