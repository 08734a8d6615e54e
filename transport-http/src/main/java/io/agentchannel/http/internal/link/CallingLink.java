package io.agentchannel.http.internal.link;

import io.agentchannel.http.internal.client.Dialler;
import io.agentchannel.http.internal.server.Problem;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.http.internal.server.Responder;
import io.agentchannel.http.internal.server.Response;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.PeerProof;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The calling end of a webhook link. It asks for packets like one that polls until it is called
 * back for the first time.
 */
final class CallingLink extends ClientLink {
  private static final Response TAKEN = Response.empty(HttpResponseStatus.NO_CONTENT);
  private static final Response LATER = Response.empty(HttpResponseStatus.SERVICE_UNAVAILABLE);

  private final URI callback;
  private final Inlet called = new Inlet();
  private @Nullable Signing signing;
  private boolean proven;

  /**
   * @param callback where this end is called back
   */
  CallingLink(
      EventLoop loop,
      LinkInfo info,
      LinkRequests requests,
      Pacing pacing,
      Dialler dialler,
      URI callback) {
    super(loop, info, requests, pacing, dialler);
    this.callback = callback;
  }

  @Override
  public ByteBuffer greeting() {
    return ByteBuffer.wrap(callback.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public CompletionStage<?> authenticated(PeerProof peer) {
    onLoop(
        () -> {
          signing = Signing.ofCaller(peer.secret());
          requests.sign(signing);
        });
    return CompletableFuture.completedStage(null);
  }

  @Override
  boolean pulls() {
    return !proven;
  }

  /** A request to the callback; on the link's loop. */
  void call(RequestHead head, byte[] body, Responder responder) {
    try {
      serve(head, body, responder);
    } catch (Refusal refusal) {
      responder.send(refusal.response());
    }
  }

  private void serve(RequestHead head, byte[] body, Responder responder) throws Refusal {
    if (hasEnded()) {
      throw new Refusal(HttpResponseStatus.GONE, "the link has ended");
    }
    if (head.method().equals(HttpMethod.DELETE)) {
      responder.send(TAKEN);
      peerEnded();
      return;
    }
    Signing with = signing;
    if (with == null) {
      // The handshake is complete there, and about to be here.
      responder.send(LATER);
    } else if (head.parameter(Words.CHALLENGE) != null) {
      with.verify(head, Words.CHALLENGE, body);
      proven = true;
      responder.send(Response.of(HttpResponseStatus.OK, Batch.CONTENT_TYPE, with.proof(body)));
    } else {
      long number = head.number(Words.BATCH, 0, Long.MAX_VALUE / 2);
      with.verify(head, Long.toString(number), body);
      take(number, body, responder);
    }
  }

  private void take(long number, byte[] body, Responder responder) {
    switch (called.place(number)) {
      case NEXT -> {
        responder.send(TAKEN);
        turn(() -> take(called, number, body));
      }
      case REPEATED -> responder.send(TAKEN);
      case EARLY -> responder.send(LATER);
      case IMPOSSIBLE ->
          responder.send(Problem.of(HttpResponseStatus.CONFLICT, "batches are missing"));
    }
  }
}
