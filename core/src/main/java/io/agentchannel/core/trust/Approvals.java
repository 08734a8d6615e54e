package io.agentchannel.core.trust;

import io.agentchannel.AgentId;
import io.agentchannel.core.config.Grant;
import io.agentchannel.core.trust.TrustFiles.Approval;
import io.agentchannel.core.trust.TrustFiles.Approved;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes {@code trust.json}; each method is called under the home's lock. */
final class Approvals {
  private Approvals() {}

  /** Adds to what the agent may call already; returns what that is then. */
  static Approval add(TrustHome home, AgentId id, Grant grant, @Nullable String name, Instant now) {
    List<Approval> all = new ArrayList<>(home.approved().read().approved());
    Approval before = find(all, id);
    Grant whole = before == null ? grant : Grant.of(before.operations()).plus(grant);
    String called = name == null && before != null ? before.name() : name;
    Approval approval = new Approval(id, whole.list(), called, now);
    all.removeIf(one -> one.id().equals(id));
    all.add(approval);
    home.approved().replace(new Approved(all));
    return approval;
  }

  /**
   * @return whether there was one
   */
  static boolean remove(TrustHome home, AgentId id) {
    List<Approval> all = new ArrayList<>(home.approved().read().approved());
    boolean removed = all.removeIf(one -> one.id().equals(id));
    if (removed) {
      home.approved().replace(new Approved(all));
    }
    return removed;
  }

  static @Nullable Approval find(List<Approval> all, AgentId id) {
    return all.stream().filter(one -> one.id().equals(id)).findFirst().orElse(null);
  }
}
