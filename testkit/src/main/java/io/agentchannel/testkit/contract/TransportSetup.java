package io.agentchannel.testkit.contract;

import io.agentchannel.AgentId;
import io.agentchannel.testkit.contract.ManInTheMiddle.Script;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How a transport comes to its contract. Each call stands for itself; nothing is kept. */
@ExtendWith(WorldExtension.class)
@Timeout(60)
public interface TransportSetup {

  /** Where an agent listens, on a free port: {@code ws://127.0.0.1:0}. */
  String listenAt();

  /** Configuration for all agents of the tests, beyond names and identities. */
  default Map<String, Object> config() {
    return Map.of();
  }

  /**
   * A fault in front of a listening agent, or null if the transport knows none: then the tests of a
   * broken network are skipped, those of {@code hostile+} links are not.
   */
  default @Nullable Fault faultBefore(URI endpoint) {
    return null;
  }

  /**
   * Somebody in front of a listening agent who reads and changes what passes, or null if that takes
   * more than the transport (a certificate, or to be the broker): then those tests are skipped.
   *
   * @param id the agent's
   */
  default @Nullable ManInTheMiddle middleBefore(URI endpoint, AgentId id, Script script)
      throws Exception {
    return isDirect()
        ? ManInTheMiddle.between(URI.create(listenAt()), endpoint, id, Map.of(), script)
        : null;
  }

  /** Whether links are direct: nobody in between whose writing into them is part of the design. */
  default boolean isDirect() {
    return true;
  }
}
