package io.agentchannel.mqtt;

import io.reactivex.Scheduler;
import io.reactivex.disposables.Disposable;
import io.reactivex.disposables.Disposables;
import java.util.concurrent.TimeUnit;

/**
 * Runs what the client library gives it where it is: on the event loop, without a hand-over and
 * without a queue. What it gives guards itself against being entered twice.
 */
final class InPlace extends Scheduler {
  private static final Worker WORKER =
      new Worker() {
        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
          task.run();
          return Disposables.disposed();
        }

        @Override
        public void dispose() {
          // Nothing waits here that could be taken back.
        }

        @Override
        public boolean isDisposed() {
          return false;
        }
      };

  @Override
  public Disposable scheduleDirect(Runnable task) {
    task.run();
    return Disposables.disposed();
  }

  @Override
  public Worker createWorker() {
    return WORKER;
  }
}
