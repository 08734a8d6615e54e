package io.agentchannel.cli;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What all commands have in common: where their configuration comes from and how they speak. */
@Command(mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = false)
abstract class AgentCommand implements Callable<Integer> {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      order = 100,
      description = "A configuration file (YAML).")
  @Nullable Path configFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      order = 101,
      description = "Sets a key of the configuration, dotted: reconnect.max=5s. Repeatable.")
  List<String> settings = new ArrayList<>();

  @Option(names = "--json", order = 102, description = "Writes for machines.")
  boolean json;

  @Option(
      names = "--debug",
      order = 103,
      description = "Shows stack traces and the log; AGENTCHANNEL_DEBUG=1 does the same.")
  boolean debug;

  final Console console;

  AgentCommand(Console console) {
    this.console = console;
  }

  /**
   * An agent as the command line describes it. The environment and {@code --set} win over the file,
   * as everywhere; the default name loses to all of them.
   */
  AgentBuilder builder(String defaultName) {
    AgentConfig config = config();
    if (!config.values().containsKey("name")) {
      config = config.with("name", defaultName);
    }
    AgentBuilder builder = Agent.builder(config);
    settings().forEach(builder::set);
    return builder;
  }

  /** The file's values, or nothing. */
  AgentConfig config() {
    try {
      return configFile == null ? AgentConfig.empty() : AgentConfig.load(configFile);
    } catch (AgentException e) {
      throw CommandFailure.of(CommandFailure.USAGE, e);
    }
  }

  /** What {@code --set}, or else the file, says of a dotted key. */
  Object setting(String key, Object otherwise) {
    Object set = settings().get(key);
    return set != null ? set : find(config().values(), key, otherwise);
  }

  private static Object find(Map<?, ?> values, String key, Object otherwise) {
    Object whole = values.get(key);
    if (whole != null) {
      return whole;
    }
    int dot = key.indexOf('.');
    if (dot > 0 && values.get(key.substring(0, dot)) instanceof Map<?, ?> nested) {
      return find(nested, key.substring(dot + 1), otherwise);
    }
    return otherwise;
  }

  /** What {@code --set} says. */
  Map<String, Object> settings() {
    Map<String, Object> values = new LinkedHashMap<>();
    Values.pairs("--set", settings)
        .forEach((key, text) -> values.put(key, Values.setting(key, text)));
    return values;
  }

  /** Starts an agent; a wrong configuration is a usage error, a port in use is not. */
  static Agent start(AgentBuilder builder) {
    try {
      return builder.start();
    } catch (AgentException e) {
      boolean wrong = e.code() == Code.INVALID_ARGUMENT;
      int exitCode = wrong ? CommandFailure.USAGE : CommandFailure.OWN_FAULT;
      // The runtime knows where each value came from; here the builder stands for the options.
      String message = String.valueOf(e.getMessage()).replace("(builder)", "(command line)");
      throw CommandFailure.of(exitCode, message, e);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.of(CommandFailure.USAGE, e);
    }
  }
}
