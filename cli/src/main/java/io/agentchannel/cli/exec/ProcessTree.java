package io.agentchannel.cli.exec;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process and those it has started, and they, and so on. Ending it asks them to end, and does not
 * ask those that are still there 2 s later.
 */
final class ProcessTree {
  private static final long GRACE_MILLIS = 2_000;

  private final ProcessHandle root;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  ProcessTree(ProcessHandle root) {
    this.root = root;
  }

  /** Begins to end them, once; does not wait. */
  void end() {
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    Set<ProcessHandle> all = members(List.of(root));
    // The root first: a shell whose child has died goes on with its next command.
    all.forEach(ProcessHandle::destroy);
    // Those that were started meanwhile.
    members(all).stream().filter(all::add).forEach(ProcessHandle::destroy);
    exits(all)
        .handle((done, late) -> late)
        .thenCompose(
            late -> late == null ? CompletableFuture.completedFuture(null) : kill(members(all)))
        .whenComplete((done, late) -> ended.complete(null));
  }

  boolean isEnding() {
    return ending.get();
  }

  /** Completes when they have ended after {@link #end}, or have been made to. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  private static CompletableFuture<Void> kill(Set<ProcessHandle> all) {
    all.forEach(ProcessHandle::destroyForcibly);
    return exits(all);
  }

  private static CompletableFuture<Void> exits(Set<ProcessHandle> all) {
    CompletableFuture<?>[] exits =
        all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(exits).orTimeout(GRACE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Set<ProcessHandle> members(Iterable<ProcessHandle> roots) {
    Set<ProcessHandle> members = new LinkedHashSet<>();
    for (ProcessHandle one : roots) {
      members.add(one);
      one.descendants().forEach(members::add);
    }
    return members;
  }
}
