package io.agentchannel.core.trust;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.core.config.Grant;
import io.agentchannel.core.trust.TrustFiles.Approval;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the rules of what the configuration, the trust file and the keys of the home say. Reads
 * files; not thread-safe.
 */
final class RuleReader {
  private static final Logger LOG = LoggerFactory.getLogger(RuleReader.class);

  private final Map<AgentId, Grant> fixed;
  private final @Nullable TrustHome home;
  private final @Nullable HomeKeys keys;

  private @Nullable Stamp stamp;
  private List<Approval> approved = List.of();

  /**
   * @param fixed what the configuration allows
   * @param self who is allowed everything: a process that has this agent's key is this agent
   */
  RuleReader(Map<AgentId, Grant> fixed, AgentId self, @Nullable TrustHome home) {
    this.fixed = new HashMap<>(fixed);
    this.fixed.put(self, Grant.ALL);
    this.home = home;
    this.keys = home == null ? null : new HomeKeys(home.directory());
  }

  /** The rules as they are now. What has not changed is not read again. */
  Rules read() {
    Map<AgentId, Grant> grants = new HashMap<>(fixed);
    Map<String, AgentId> names = keys == null ? Map.of() : keys.read();
    names.values().forEach(id -> grants.put(id, Grant.ALL));
    for (Approval approval : approvals()) {
      grants.merge(approval.id(), Grant.of(approval.operations()), Grant::plus);
    }
    return new Rules(grants, names);
  }

  /** A file that cannot be read changes nothing: a slip of an editor must not cut everybody off. */
  private List<Approval> approvals() {
    if (home == null) {
      return List.of();
    }
    Stamp now = home.approved().stamp();
    if (!now.equals(stamp)) {
      try {
        approved = home.approved().read().approved();
      } catch (AgentException e) {
        LOG.warn("{}; the approvals stay as they were", e.getMessage());
      }
      stamp = now;
    }
    return approved;
  }
}
