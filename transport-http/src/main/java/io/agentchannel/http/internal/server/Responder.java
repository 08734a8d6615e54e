package io.agentchannel.http.internal.server;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Answers one request: with a whole response, or with one that is streamed. Safe from any thread;
 * what comes after the response, or after the client has gone, is dropped.
 */
public interface Responder {

  /** Where the connection lives. */
  EventLoop loop();

  /** The whole response. */
  void send(Response response);

  /**
   * The head of a response whose body follows in parts, for which {@link Parts} is the way.
   *
   * @param onWritable runs on {@link #loop} when parts can flow again
   */
  Parts stream(
      HttpResponseStatus status,
      String contentType,
      Map<String, String> headers,
      Runnable onWritable);

  /**
   * Runs on {@link #loop} if the client goes away before the response is complete; at once if it
   * has. The last one given counts.
   */
  void onGone(Runnable action);

  /** The body of a streamed response. Safe from any thread. */
  interface Parts {

    /** Whether a part would go out, and not only wait for a client that reads slowly. */
    boolean isReady();

    void write(ByteBuffer part);

    /** The response is complete. */
    void end();

    /** The response cannot be completed: the client sees that it was cut. */
    void abort();
  }
}
