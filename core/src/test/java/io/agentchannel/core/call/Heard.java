package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a caller hears, written down; for tests of interceptors on one thread. */
final class Heard implements Replies {
  final List<String> lines = new ArrayList<>();
  @Nullable AgentException failure;
  Runnable onReady = () -> {};

  static Call call(
      Call.Kind kind, boolean idempotent, @Nullable Long deadline, @Nullable Long accept) {
    return new Call(
        "ask", kind, "librarian", null, "", Map.of(), deadline, accept, null, idempotent, false);
  }

  @Override
  public void accepted() {
    lines.add("accepted");
  }

  @Override
  public void item(Payload item, boolean last) {
    lines.add(item.utf8() + (last ? " last" : ""));
  }

  @Override
  public void end(@Nullable AgentException failure) {
    this.failure = failure;
    lines.add(failure == null ? "end" : failure.code() + " " + failure.outcome());
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void onReady() {
    onReady.run();
  }

  @Override
  public void taken(int count) {
    lines.add("taken " + count);
  }
}
