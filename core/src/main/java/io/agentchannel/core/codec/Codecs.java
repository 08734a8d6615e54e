package io.agentchannel.core.codec;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Codec;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The codecs of an agent in order: the user's, those on the class path, then {@link Payload},
 * {@code byte[]}, {@code String} as text, and JSON for all else. Which one serves a type is found
 * once.
 *
 * <p>Thread-safe. Types come from operations and topics, which are code, so what is remembered for
 * them is bounded by the program.
 */
public final class Codecs {
  private final List<Codec> inOrder;
  private final ConcurrentMap<Type, Codec> byType = new ConcurrentHashMap<>();

  /**
   * @param users asked first, in order
   */
  public Codecs(List<Codec> users) {
    List<Codec> codecs = new ArrayList<>(users);
    ServiceLoader.load(Codec.class).forEach(codecs::add);
    codecs.add(new PayloadCodec());
    codecs.add(new VoidCodec());
    codecs.add(new BytesCodec());
    codecs.add(new TextCodec());
    codecs.add(new JsonCodec());
    this.inOrder = List.copyOf(codecs);
  }

  /**
   * Encodes what local code wants to send.
   *
   * @throws AgentException {@link Code#INVALID_ARGUMENT}, NOT_SENT, with the codec's failure as its
   *     cause
   */
  public Payload encode(@Nullable Object value, Type type) {
    try {
      return codecFor(type).encode(value, type);
    } catch (AgentException e) {
      throw e;
    } catch (Exception e) {
      String why = e instanceof CodecException ? ": " + e.getMessage() : "";
      throw new AgentException(
          Code.INVALID_ARGUMENT,
          Outcome.NOT_SENT,
          "cannot write " + TypeNames.simple(type) + why,
          e);
    }
  }

  /** Decodes a request: if that fails, its handler certainly did not run (NOT_SENT). */
  public @Nullable Object decode(Payload payload, Type type) {
    return decode(payload, type, Outcome.NOT_SENT);
  }

  /**
   * Decodes what a peer sent.
   *
   * @param outcome what a failure says about the handler: for a unary reply, say, PROCESSED
   * @throws AgentException {@link Code#INVALID_ARGUMENT}; one line that names the type and, for
   *     JSON, the place in it, and shows none of the content. The cause is set only for a user's
   *     codec: those of the built-in ones quote the content, and may end in a log
   */
  public @Nullable Object decode(Payload payload, Type type, Outcome outcome) {
    try {
      return codecFor(type).decode(payload, type);
    } catch (AgentException e) {
      if (e.outcome() != Outcome.UNKNOWN) {
        throw e;
      }
      // The codec cannot know what became of the handler, and here it is known.
      throw new AgentException(
          e.code(), outcome, String.valueOf(e.getMessage()), e.details(), e.getCause());
    } catch (CodecException e) {
      throw new AgentException(
          Code.INVALID_ARGUMENT,
          outcome,
          "cannot read " + TypeNames.simple(type) + ": " + e.getMessage());
    } catch (Exception e) {
      throw new AgentException(
          Code.INVALID_ARGUMENT, outcome, "cannot read " + TypeNames.simple(type), e);
    }
  }

  /** The shape of the type for people, see {@link Codec#shapeOf}. */
  public String shapeOf(Type type) {
    return codecFor(type).shapeOf(type);
  }

  private Codec codecFor(Type type) {
    Codec known = byType.get(type);
    return known != null ? known : byType.computeIfAbsent(type, this::find);
  }

  private Codec find(Type type) {
    return inOrder.stream()
        .filter(codec -> codec.supports(type))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("JSON takes what nobody else takes"));
  }
}
