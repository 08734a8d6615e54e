package io.agentchannel.http.internal.link;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.http.internal.client.Answer;
import io.agentchannel.http.internal.client.Lane;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.RequestHead;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.PeerProof;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The called end of a webhook link. Until the peer is known and wanted, packets to it ride on the
 * responses to its own requests; then its callback is challenged, and carries them.
 */
final class CalledBackLink extends ServerLink {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int QUESTION_BYTES = 32;

  private final Callbacks callbacks;
  private @Nullable Signing signing;
  private @Nullable LinkRequests requests;
  private @Nullable Lane back;
  private boolean calls;
  private volatile boolean misdirected;

  CalledBackLink(EventLoop loop, LinkInfo info, long quietSeconds, Callbacks callbacks) {
    super(loop, info, quietSeconds);
    this.callbacks = callbacks;
  }

  @Override
  public CompletionStage<?> authenticated(PeerProof peer) {
    CompletableFuture<Void> proven = new CompletableFuture<>();
    if (!onLoop(() -> challenge(peer, proven))) {
      proven.completeExceptionally(unavailable("the transport is closed"));
    }
    return proven;
  }

  @Override
  public @Nullable String note() {
    return misdirected ? "no affinity: its callback leads to other replicas, too" : null;
  }

  private void challenge(PeerProof peer, CompletableFuture<Void> proven) {
    Endpoint endpoint;
    try {
      endpoint = callbacks.endpoint(peer.greeting());
    } catch (AgentException refused) {
      proven.completeExceptionally(refused);
      return;
    }
    if (hasEnded()) {
      proven.completeExceptionally(unavailable("the link has ended"));
      return;
    }
    Signing with = Signing.ofCallee(peer.secret());
    LinkRequests to = LinkRequests.at(endpoint);
    to.sign(with);
    signing = with;
    requests = to;
    back = callbacks.lane(loop, endpoint, () -> misdirected = true);
    byte[] question = new byte[QUESTION_BYTES];
    RANDOM.nextBytes(question);
    back.ask(
        new Lane.Asker() {
          @Override
          public FullHttpRequest request() {
            return to.challenge(question);
          }

          @Override
          public void onAnswer(Answer answer) {
            if (answer.status() == 200
                && MessageDigest.isEqual(answer.body(), with.proof(question))) {
              calls = true;
              outlet.restart();
              dismissWaiting();
              proven.complete(null);
              turn(() -> {});
            } else {
              fail("it did not answer the challenge (HTTP " + answer.status() + ")");
            }
          }

          @Override
          public void onFailure(Throwable why) {
            fail(String.valueOf(why.getMessage()));
          }

          private void fail(String why) {
            proven.completeExceptionally(
                new AgentException(
                    Code.FAILED_PRECONDITION,
                    Outcome.NOT_SENT,
                    "the callback " + endpoint + " cannot be used: " + OneLine.of(why)));
          }
        },
        callbacks.answerNanos());
  }

  @Override
  void authenticate(RequestHead head, long number, byte[] bytes) throws Refusal {
    Signing with = signing;
    if (calls && with != null) {
      with.verify(head, Long.toString(number), bytes);
    }
  }

  @Override
  boolean carriesDown() {
    return !calls;
  }

  @Override
  boolean canSend() {
    return calls ? back != null && back.isFree() : super.canSend();
  }

  @Override
  void flush() {
    Lane lane = back;
    LinkRequests to = requests;
    if (!calls || lane == null || to == null) {
      super.flush();
    } else if (lane.isFree() && !isGone()) {
      Batch batch = outlet.next();
      if (batch != null) {
        lane.ask(new Delivery(to, batch), callbacks.answerNanos());
      } else if (hasEnded()) {
        lane.ask(
            Lane.asking(() -> to.bare(HttpMethod.DELETE), this::vanish), callbacks.answerNanos());
      }
    }
  }

  private final class Delivery implements Lane.Asker {
    private final LinkRequests to;
    private final Batch batch;

    Delivery(LinkRequests to, Batch batch) {
      this.to = to;
      this.batch = batch;
    }

    @Override
    public FullHttpRequest request() {
      return to.post(batch, inlet.last());
    }

    @Override
    public void onAnswer(Answer answer) {
      int status = answer.status();
      guarded(
          () -> {
            if (status / 100 == 2) {
              turn(() -> {});
            } else if (status == 410) {
              // The caller wants no more of them.
              end(null);
              vanish();
            } else {
              broken(unavailable("the callback answered HTTP " + status));
            }
          });
    }

    @Override
    public void onFailure(Throwable why) {
      guarded(() -> broken(unavailable("the callback cannot be reached: " + why.getMessage())));
    }
  }

  @Override
  void ended(boolean orderly) {
    if (!calls) {
      super.ended(orderly);
    } else if (orderly) {
      loop.schedule(this::vanish, LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
      flush();
    } else {
      vanish();
    }
  }

  @Override
  void vanish() {
    if (back != null) {
      back.close();
    }
    super.vanish();
  }
}
