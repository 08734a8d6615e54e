package io.agentchannel;

import java.lang.reflect.Type;

/**
 * A named, typed thing that an agent serves. Its kind is its Java type, so that a call of another
 * kind does not compile: {@link Unary} (one request, one reply), {@link Streaming} (one request,
 * many replies), {@link Duplex} (many both ways) and {@link OneWay} (one request, accepted or not).
 *
 * <p>Both sides declare the same constant; nothing is generated. Names are 1 to 128 of {@code A-Z
 * a-z 0-9 . _ -}, begin with a letter or digit, and do not begin with {@code agentchannel.}, which
 * the runtime keeps for itself. Immutable.
 *
 * @param <Q> what a caller sends
 * @param <R> what a handler answers
 */
public sealed interface Operation<Q, R> permits Unary, Streaming, Duplex, OneWay {

  /** The name that travels. */
  String name();

  /** The type of a request, or of each message from the opener. */
  Type requestType();

  /** The type of a reply, or of each message to the opener; {@code Void.class} for one-way. */
  Type responseType();

  /**
   * Whether running it twice is as good as once. Only such a call goes to another instance of the
   * peer when the first is gone and may have run it.
   */
  boolean isIdempotent();

  /** One request, one reply. */
  static <Q, R> Unary<Q, R> unary(String name, Class<Q> request, Class<R> response) {
    return new Unary<>(name, request, response, false);
  }

  static <Q, R> Unary<Q, R> unary(String name, TypeRef<Q> request, TypeRef<R> response) {
    return new Unary<>(name, request.type(), response.type(), false);
  }

  /** One request, a stream of replies. */
  static <Q, R> Streaming<Q, R> streaming(String name, Class<Q> request, Class<R> item) {
    return new Streaming<>(name, request, item, false);
  }

  static <Q, R> Streaming<Q, R> streaming(String name, TypeRef<Q> request, TypeRef<R> item) {
    return new Streaming<>(name, request.type(), item.type(), false);
  }

  /** Messages both ways, each side ending its own direction when it likes. */
  static <Q, R> Duplex<Q, R> duplex(String name, Class<Q> toHandler, Class<R> toOpener) {
    return new Duplex<>(name, toHandler, toOpener);
  }

  static <Q, R> Duplex<Q, R> duplex(String name, TypeRef<Q> toHandler, TypeRef<R> toOpener) {
    return new Duplex<>(name, toHandler.type(), toOpener.type());
  }

  /** One request, no reply: the sender learns that the peer has accepted it, and no more. */
  static <Q> OneWay<Q> oneWay(String name, Class<Q> request) {
    return new OneWay<>(name, request, false);
  }

  static <Q> OneWay<Q> oneWay(String name, TypeRef<Q> request) {
    return new OneWay<>(name, request.type(), false);
  }

  /**
   * One request and one reply as bytes with a content type, past all codecs. {@code Payload.class}
   * does the same for the other kinds.
   */
  static Unary<Payload, Payload> raw(String name) {
    return unary(name, Payload.class, Payload.class);
  }
}
