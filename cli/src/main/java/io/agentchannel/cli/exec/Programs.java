package io.agentchannel.cli.exec;

import io.agentchannel.AgentException;
import io.agentchannel.CallContext;
import io.agentchannel.Handler;
import io.agentchannel.Interceptor;
import io.agentchannel.Payload;
import io.agentchannel.ReplySink;
import io.agentchannel.cli.Contents;
import io.agentchannel.cli.Lines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Handlers that run a program for each request: the request's body on its standard input, the reply
 * on its standard output. Thread-safe.
 *
 * <p>A bounded number runs at once, a bounded number waits for that, and what comes beyond is
 * refused. A call that is cancelled, or whose time is up, ends its program and all that this has
 * started; so does {@link #close}.
 */
public final class Programs implements AutoCloseable {
  private static final int CHUNK = 1 << 16;
  private static final int WAITING_PER_SLOT = 4;
  private static final long IDLE_SECONDS = 30;

  private final Semaphore slots;
  private final Admission admission;
  private final long maxMessage;
  private final ExecutorService pumps = newPumps();
  private final Set<ProgramRun> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param atOnce how many programs may run at a time
   * @param maxMessage the largest reply, or item of a stream, in bytes
   */
  public Programs(int atOnce, long maxMessage) {
    this.slots = new Semaphore(atOnce, true);
    this.admission = new Admission((1 + WAITING_PER_SLOT) * atOnce);
    this.maxMessage = maxMessage;
  }

  /** What refuses calls when too many run and wait already; belongs into the agent's chain. */
  public Interceptor admission() {
    return admission;
  }

  /** A handler whose reply is all that the program writes. */
  public Handler.Unary<Payload, Payload> unary(String command) {
    return (request, call) -> run(command, request, call, this::wholeReply);
  }

  /**
   * A handler whose items are the lines that the program writes, each sent as soon as it is there.
   */
  public Handler.Stream<Payload, Payload> stream(String command) {
    return (request, items, call) ->
        run(
            command,
            request,
            call,
            output -> {
              sendLines(output, items);
              return items;
            });
  }

  /** Ends what runs and waits for it; 2 s at most, since who does not end by then is made to. */
  @Override
  public void close() {
    closed = true;
    running.forEach(ProgramRun::end);
    CompletableFuture<?>[] ends =
        running.stream().map(ProgramRun::ended).toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(ends).join();
    pumps.shutdown();
  }

  /**
   * Runs a program as soon as there is a free slot; a cancelled call interrupts the wait for it.
   */
  private <R> R run(String command, Payload request, CallContext call, Taker<R> taker)
      throws InterruptedException {
    slots.acquire();
    if (call.isCancelled()) {
      slots.release();
      throw new InterruptedException("cancelled before its program ran");
    }
    try (ProgramRun run = start(command, request, call)) {
      R result = taker.take(run.output());
      run.requireSuccess();
      return result;
    } catch (IOException e) {
      throw AgentException.application(String.valueOf(e.getMessage()));
    } finally {
      slots.release();
    }
  }

  private ProgramRun start(String command, Payload request, CallContext call) throws IOException {
    ProgramRun run = ProgramRun.start(command, request, call, pumps, running);
    if (closed) {
      run.close();
      throw new IOException("this agent is being closed");
    }
    // Not here and now: finding the processes takes a while, and this thread may carry packets.
    call.onCancel(() -> pumps.execute(run::end));
    return run;
  }

  /** Takes what a program writes. */
  @FunctionalInterface
  private interface Taker<R> {
    R take(InputStream output) throws IOException;
  }

  private Payload wholeReply(InputStream output) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    for (int n = output.read(chunk); n >= 0; n = output.read(chunk)) {
      all.write(chunk, 0, n);
      if (all.size() > maxMessage) {
        throw new IOException("a reply is longer than " + maxMessage + " bytes");
      }
    }
    byte[] reply = all.toByteArray();
    return Payload.of(Contents.textOrBytes(reply), reply);
  }

  private void sendLines(InputStream output, ReplySink<Payload> items) throws IOException {
    Lines lines = new Lines(output, maxMessage);
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      items.send(Payload.of(Contents.textOrBytes(line), line));
    }
  }

  private static ExecutorService newPumps() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        pump -> {
          Thread thread = new Thread(pump, "program-pump");
          thread.setDaemon(true);
          return thread;
        },
        // After close() there is no run left to move streams for.
        new ThreadPoolExecutor.DiscardPolicy());
  }
}
