package io.agentchannel.cli.exec;

import io.agentchannel.AgentException;
import io.agentchannel.CallContext;
import io.agentchannel.Payload;
import io.agentchannel.Peer;
import io.agentchannel.cli.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a program. All three of its streams are moved at the same time by threads of their
 * own, so that none of them can block another. Thread-safe; the handler closes it, which ends the
 * program if it has not ended.
 */
final class ProgramRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgramRun.class);

  /** How long what a program leaves behind may keep its standard error open. */
  private static final long STRAGGLER_MILLIS = 200;

  private final Process process;
  private final ProcessTree tree;
  private final OutputPipe output = new OutputPipe();
  private final LastLine errors = new LastLine();
  private final String operation;
  private final Set<ProgramRun> running;

  private ProgramRun(Process process, String operation, Set<ProgramRun> running) {
    this.process = process;
    this.tree = new ProcessTree(process.toHandle());
    this.operation = operation;
    this.running = running;
  }

  /** Starts the program; nothing of the request gets into its arguments. */
  static ProgramRun start(
      String command, Payload request, CallContext call, Executor pumps, Set<ProgramRun> running)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command);
    Map<String, String> environment = builder.environment();
    environment.put("AGENTCHANNEL_PEER", idOf(call.peer()));
    environment.put("AGENTCHANNEL_OPERATION", call.operation());
    environment.put("AGENTCHANNEL_EXCHANGE", call.exchangeId());
    ProgramRun run = new ProgramRun(builder.start(), call.operation(), running);
    running.add(run);
    run.pump(request, pumps);
    return run;
  }

  private void pump(Payload request, Executor pumps) {
    pumps.execute(() -> write(request, process.getOutputStream()));
    pumps.execute(() -> errors.readFrom(process.getErrorStream()));
    pumps.execute(() -> output.readFrom(process.getInputStream()));
    process.onExit().thenRun(output::writerIsGone);
  }

  /** What the program writes; its end comes when the program and its output have ended. */
  InputStream output() {
    return output;
  }

  /**
   * Waits for the program's end.
   *
   * @throws AgentException {@link io.agentchannel.Code#APPLICATION} with the last line of its
   *     standard error unless its exit status is 0
   */
  void requireSuccess() throws InterruptedException {
    int status = process.waitFor();
    if (status == 0) {
      return;
    }
    String line = errors.await(STRAGGLER_MILLIS);
    LOG.info("{}: exit status {}: {}", operation, status, line);
    throw AgentException.application(
        line.isEmpty() ? "exit status " + status : line, Map.of("exit", String.valueOf(status)));
  }

  /** Ends the program and what it has started; does not wait. */
  void end() {
    tree.end();
    output.abandon();
  }

  /** Completes when the program has ended after {@link #end}. */
  CompletableFuture<Void> ended() {
    return tree.ended();
  }

  @Override
  public void close() {
    if (process.isAlive() || tree.isEnding()) {
      end();
      tree.ended().thenRun(() -> running.remove(this));
    } else {
      output.abandon();
      running.remove(this);
    }
  }

  private static void write(Payload request, OutputStream in) {
    try (in) {
      in.write(request.toByteArray());
    } catch (IOException notRead) {
      // A program need not read its input.
    }
  }

  private static String idOf(Peer peer) {
    if (peer instanceof Peer.Agent agent) {
      return agent.id().toString();
    }
    return "guest:" + Text.oneLine(((Peer.Guest) peer).address());
  }
}
