package io.agentchannel.grpc;

import io.agentchannel.grpc.v1.Call;
import io.agentchannel.grpc.v1.Reply;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What a plain client's call has brought; replies come only as they are asked for. */
final class Replies implements ClientResponseObserver<Call, Reply> {
  private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final Semaphore ready = new Semaphore(0);
  private ClientCallStreamObserver<Call> call;

  @Override
  public void beforeStart(ClientCallStreamObserver<Call> started) {
    call = started;
    started.disableAutoRequestWithInitial(0);
    started.setOnReadyHandler(ready::release);
  }

  /** Waits until the call is ready for more, but not longer than this. */
  boolean awaitReady(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (!call.isReady()) {
      if (!ready.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return false;
      }
    }
    return true;
  }

  void request(int count) {
    call.request(count);
  }

  void cancel() {
    call.cancel("enough", null);
  }

  String next() throws InterruptedException {
    request(1);
    String body = bodies.poll(10, TimeUnit.SECONDS);
    if (body == null) {
      throw new AssertionError("no reply came");
    }
    return body;
  }

  /** Completes with the call, or fails with its status. */
  CompletableFuture<Void> end() {
    request(1);
    return end;
  }

  @Override
  public void onNext(Reply reply) {
    bodies.add(reply.getBody().toStringUtf8());
  }

  @Override
  public void onError(Throwable failure) {
    end.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {
    end.complete(null);
  }
}
