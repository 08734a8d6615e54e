package io.agentchannel.core;

import static io.agentchannel.core.Homes.serving;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.Agent;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentException;
import io.agentchannel.Operation;
import io.agentchannel.Unary;
import io.agentchannel.spi.AgentSpec.Service;
import io.agentchannel.testkit.contract.LeakCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of two users' agents that have never met: anna's librarian echoes what she is asked, and
 * ben's planner asks her.
 */
abstract class TwoUsers {
  static final Unary<String, String> ASK = Operation.unary("ask", String.class, String.class);
  static final Unary<String, String> CHAT = Operation.unary("chat", String.class, String.class);

  @TempDir Path folder;

  private final LeakCheck leaks = LeakCheck.begin();
  final AtomicInteger runs = new AtomicInteger();
  Homes homes;

  @BeforeEach
  void makeHomes() {
    homes = new Homes(folder);
  }

  @AfterEach
  void closeAll() {
    homes.close();
    leaks.assertNothingLeft();
  }

  final Agent librarian(Map<String, Object> more) throws IOException {
    Map<String, Object> config = new HashMap<>();
    config.put("name", "librarian");
    config.put("listen", List.of("memory://*"));
    config.putAll(more);
    return homes.start("anna", config, echo(ASK), echo(CHAT));
  }

  final Service echo(Unary<String, String> operation) {
    return serving(
        operation,
        (text, call) -> {
          runs.incrementAndGet();
          return text;
        });
  }

  final Agent planner() throws IOException {
    return homes.start("ben", Map.of("name", "planner"));
  }

  static AgentChannel channel(Agent from, Agent to) {
    return from.channel(to.endpoints().get(0).toString());
  }

  static AgentException refused(AgentChannel channel, Unary<String, String> operation) {
    return catchThrowableOfType(AgentException.class, () -> channel.request(operation, "x"));
  }

  static String shortId(Agent agent) {
    return agent.id().toString().substring("did:key:".length());
  }
}
