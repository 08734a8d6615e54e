package io.agentchannel.core.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The future of a call. Whoever else completes or cancels it first, {@code orTimeout} included,
 * makes the call unwanted, and the peer is told before the dependents run. Futures derived from it
 * are plain ones.
 */
final class ReplyFuture<R> extends CompletableFuture<R> {
  private final AsyncCall<R> call;

  ReplyFuture(AsyncCall<R> call) {
    this.call = call;
  }

  void deliver(@Nullable R value) {
    super.complete(value);
  }

  void deliverFailure(Throwable failure) {
    super.completeExceptionally(failure);
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  @Override
  public boolean complete(@Nullable R value) {
    call.unwanted();
    return super.complete(value);
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    call.unwanted();
    return super.completeExceptionally(failure);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    call.unwanted();
    return super.cancel(mayInterruptIfRunning);
  }

  @Override
  public void obtrudeValue(@Nullable R value) {
    call.unwanted();
    super.obtrudeValue(value);
  }

  @Override
  public void obtrudeException(Throwable failure) {
    call.unwanted();
    super.obtrudeException(failure);
  }

  /** Not the inherited one, which completes past {@link #complete}. */
  @Override
  public CompletableFuture<R> completeAsync(Supplier<? extends R> supplier, Executor executor) {
    executor.execute(
        () -> {
          try {
            complete(supplier.get());
          } catch (RuntimeException | Error e) {
            completeExceptionally(e);
          }
        });
    return this;
  }

  @Override
  public CompletableFuture<R> completeAsync(Supplier<? extends R> supplier) {
    return completeAsync(supplier, defaultExecutor());
  }

  @Override
  public R get() throws InterruptedException, ExecutionException {
    requireMayBlock();
    return super.get();
  }

  @Override
  public R get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    requireMayBlock();
    return super.get(timeout, unit);
  }

  @Override
  public R join() {
    requireMayBlock();
    return super.join();
  }

  private void requireMayBlock() {
    if (!isDone()) {
      Failures.requireMayWait("waiting for the reply");
    }
  }
}
