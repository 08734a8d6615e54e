package io.agentchannel.cli;

import io.agentchannel.CallOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a call asks for beyond its operation. */
final class CallOptionsArgs {

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      order = 12,
      description = "How long the whole call may take: 250ms, 5s, 2m.")
  @Nullable Duration timeout;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      order = 13,
      description = "An idempotency key: calls with the same key run once and share the reply.")
  @Nullable String key;

  @Option(
      names = "--metadata",
      paramLabel = "K=V",
      order = 14,
      description = "A name and a value for the handler. Repeatable.")
  List<String> metadata = new ArrayList<>();

  CallOptions options() {
    CallOptions options = CallOptions.defaults();
    try {
      if (timeout != null) {
        options = options.withTimeout(timeout);
      }
      if (key != null) {
        options = options.withKey(key);
      }
    } catch (IllegalArgumentException e) {
      throw CommandFailure.of(CommandFailure.USAGE, e);
    }
    for (Map.Entry<String, String> pair : Values.pairs("--metadata", metadata).entrySet()) {
      options = options.withMetadata(pair.getKey(), pair.getValue());
    }
    return options;
  }
}
