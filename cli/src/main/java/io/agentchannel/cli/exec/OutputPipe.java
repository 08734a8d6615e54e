package io.agentchannel.cli.exec;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The output of a program, between the thread that reads the operating system's pipe and the
 * handler that takes it.
 *
 * <p>A thread in the read of a pipe can neither be interrupted nor told that the program has gone
 * while something that it started in the background keeps the pipe open. The handler waits here
 * instead: it can be interrupted, and what comes later than a moment after the program's end is not
 * waited for.
 */
final class OutputPipe extends InputStream {
  private static final int CHUNK = 1 << 16;
  private static final int MAX_CHUNKS = 4;

  /** How long output may stay silent after the program's end before it is taken for complete. */
  private static final long STRAGGLER_MILLIS = 2_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
  private int position;
  private boolean ended;
  private boolean writerGone;
  private boolean abandoned;

  /** Moves everything from the pipe until it ends or nobody wants it any more. */
  void readFrom(InputStream source) {
    byte[] chunk = new byte[CHUNK];
    try (source) {
      for (int n = source.read(chunk); n >= 0 && put(chunk, n); n = source.read(chunk)) {}
    } catch (IOException closed) {
      // As good as its end.
    } finally {
      change(() -> ended = true);
    }
  }

  void writerIsGone() {
    change(() -> writerGone = true);
  }

  /** Nothing more is wanted: whoever waits here goes on. */
  void abandon() {
    change(() -> abandoned = true);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    lock.lock();
    try {
      byte[] chunk = awaitChunk();
      if (chunk == null) {
        return -1;
      }
      int count = Math.min(length, chunk.length - position);
      System.arraycopy(chunk, position, into, offset, count);
      position += count;
      if (position == chunk.length) {
        chunks.remove();
        position = 0;
        changed.signalAll();
      }
      return count;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      lock.unlock();
    }
  }

  private byte @Nullable [] awaitChunk() throws InterruptedException, IOException {
    while (!abandoned) {
      byte[] chunk = chunks.peek();
      if (chunk != null || ended) {
        return chunk;
      }
      if (!writerGone) {
        changed.await();
      } else if (!changed.await(STRAGGLER_MILLIS, TimeUnit.MILLISECONDS)) {
        return chunks.peek();
      }
    }
    throw new IOException("the program was ended");
  }

  private boolean put(byte[] chunk, int length) {
    lock.lock();
    try {
      while (chunks.size() >= MAX_CHUNKS && !abandoned) {
        changed.awaitUninterruptibly();
      }
      if (!abandoned) {
        chunks.add(Arrays.copyOf(chunk, length));
        changed.signalAll();
      }
      return !abandoned;
    } finally {
      lock.unlock();
    }
  }

  private void change(Runnable step) {
    lock.lock();
    try {
      step.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
