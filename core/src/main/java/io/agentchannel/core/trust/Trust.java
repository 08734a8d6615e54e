package io.agentchannel.core.trust;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Peer;
import io.agentchannel.core.config.Grant;
import io.agentchannel.core.config.PeerSettings;
import io.agentchannel.core.config.Settings;
import io.agentchannel.core.config.TrustRules;
import io.agentchannel.core.config.TrustRules.Policy;
import io.agentchannel.core.security.HandshakeException;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.core.trust.Audit.Reason;
import io.agentchannel.core.wire.Status;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may call this agent. What is decided at once is decided by the rules in memory; before
 * anybody is refused they are brought up to date, away from the links' threads. Thread-safe.
 */
public final class Trust {
  private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

  private static final String REVOKED = "the permission to call was taken back";

  /**
   * Whose trust it is.
   *
   * @param name for those who read the list of pending callers
   * @param callees the peers that are configured with an id: they may connect, since we call them
   * @param remembers whether pins and pending callers are kept in the home; an agent whose own key
   *     is not kept keeps nothing else either
   */
  public record Owner(AgentId id, String name, Set<AgentId> callees, boolean remembers) {
    public Owner {
      callees = Set.copyOf(callees);
    }
  }

  private final Owner owner;
  private final Policy policy;
  private final @Nullable TrustHome home;
  private final Lane lane;
  private final Clock clock;
  private final RuleReader reader;
  private final Pins pins;
  private final @Nullable PendingCallers pending;
  private final Audit audit = new Audit();
  private final AtomicBoolean pollWaits = new AtomicBoolean();

  private volatile Rules rules;
  private volatile Consumer<AgentId> onLess = id -> {};

  /** What the settings of an agent say, with the files of its home. */
  public static Trust of(
      Settings settings, AgentId self, @Nullable TrustHome home, Executor workers) {
    Set<AgentId> callees = new HashSet<>();
    for (PeerSettings peer : settings.peers().values()) {
      AgentId id = peer.id();
      if (id != null) {
        callees.add(id);
      }
    }
    boolean remembers = !IdentityKey.EPHEMERAL.equals(settings.identity());
    return new Trust(
        settings.trust(),
        new Owner(self, settings.name(), callees, remembers),
        home,
        workers,
        Clock.systemUTC());
  }

  /**
   * Reads the rules for the first time.
   *
   * @param home null for a user without one
   * @param workers for what blocks
   */
  public Trust(
      TrustRules configured, Owner owner, @Nullable TrustHome home, Executor workers, Clock clock) {
    this.owner = owner;
    this.policy = configured.policy();
    this.home = home;
    this.lane = new Lane(workers);
    this.clock = clock;
    this.reader = new RuleReader(configured.allow(), owner.id(), home);
    TrustHome kept = owner.remembers() ? home : null;
    this.pins = new Pins(kept, lane, clock);
    this.pending = kept == null || policy != Policy.ASK ? null : new PendingCallers(kept);
    this.rules = reader.read();
    pins.reload();
  }

  /** What a peer is told whose permission has ended, about its calls. */
  public static AgentException revokedCall() {
    return Commands.denied(REVOKED);
  }

  /** The same about its links. */
  public static Status revokedLink() {
    return Status.of(Code.PERMISSION_DENIED, Outcome.NOT_SENT, REVOKED);
  }

  public Pins pins() {
    return pins;
  }

  /** The agent of a key in this home, or null; as the rules have it now. */
  public @Nullable AgentId inHome(String name) {
    return rules.homeNames().get(name);
  }

  /** Whether an agent's key is in this home; as the rules have it now. */
  public boolean isInHome(AgentId id) {
    return rules.homeNames().containsValue(id);
  }

  /** Whom to tell of each agent that may call less than before; on a thread that may block. */
  public void onLess(Consumer<AgentId> listener) {
    onLess = listener;
  }

  /** Whether there is anything that could change while the agent runs. */
  public boolean isChangeable() {
    return home != null && policy != Policy.OPEN;
  }

  /** Looks for changes, soon; to be called about twice a second. Does not block. */
  public void poll() {
    if (!pollWaits.compareAndSet(false, true)) {
      return;
    }
    try {
      lane.execute(
          () -> {
            pollWaits.set(false);
            refresh();
            pins.reload();
            if (pending != null) {
              pending.save(rules);
            }
          });
    } catch (RejectedExecutionException e) {
      pollWaits.set(false);
    }
  }

  /** Whether an agent may call anything at all, by the rules in memory. */
  public boolean knows(AgentId id) {
    return policy == Policy.OPEN || !rules.of(id).isNothing();
  }

  /** Whether an agent may call this operation, by the rules in memory. */
  public boolean allows(AgentId id, String operation) {
    return policy == Policy.OPEN || covers(rules.of(id), operation);
  }

  /** Whether an agent may call whatever there is, by the rules in memory. */
  public boolean allowsEverything(AgentId id) {
    return policy == Policy.OPEN || rules.of(id).covers(Grant.EVERYTHING);
  }

  /**
   * Topics are allowed by name, as operations are.
   *
   * @throws AgentException {@link io.agentchannel.Code#PERMISSION_DENIED}, fit for the peer
   */
  public void checkTopic(Peer peer, String topic) {
    if (peer instanceof Peer.Agent agent
        && policy != Policy.OPEN
        && !rules.of(agent.id()).covers(topic)) {
      throw refusal(agent, topic);
    }
  }

  /** What the runtime serves by itself is for whoever may call anything. */
  private static boolean covers(Grant grant, String operation) {
    return grant.covers(operation) || operation.startsWith("agentchannel.") && !grant.isNothing();
  }

  /**
   * Whether a peer that has proven its id may have a link to us: it may call something, or it is
   * one that we call. Does not block.
   *
   * @param from its address, for people
   * @param invite the secret that it shows, or null
   * @return fails with a {@link HandshakeException} that is fit for the peer
   */
  public CompletionStage<?> admit(Peer.Agent peer, String from, byte @Nullable [] invite) {
    if (invite == null && isWelcome(peer.id())) {
      return CompletableFuture.completedStage(null);
    }
    CompletableFuture<@Nullable Void> decision = new CompletableFuture<>();
    try {
      lane.execute(
          () -> {
            try {
              decide(peer, from, invite);
              decision.complete(null);
            } catch (HandshakeException | RuntimeException e) {
              decision.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      decision.completeExceptionally(
          HandshakeException.refuse(
              Code.RESOURCE_EXHAUSTED, "too many strangers at once, or this agent is closing"));
    }
    return decision;
  }

  /** Whether an agent may have a link to us, by what is in memory. */
  public boolean isWelcome(AgentId id) {
    return knows(id) || isCallee(id);
  }

  private boolean isCallee(AgentId id) {
    return owner.callees().contains(id) || pins.isPinned(id);
  }

  private void decide(Peer.Agent peer, String from, byte @Nullable [] invite)
      throws HandshakeException {
    boolean invited = invite != null && redeem(peer, invite);
    refresh();
    pins.reload();
    AgentId id = peer.id();
    if (isWelcome(id)) {
      return;
    }
    String command = Commands.approve(id, null);
    boolean wrongInvite = invite != null && !invited;
    audit.denied(
        wrongInvite ? Reason.INVITE : Reason.UNKNOWN, id, peer.name(), from, null, command);
    note(peer, from);
    throw HandshakeException.refuse(
        Code.PERMISSION_DENIED,
        wrongInvite
            ? "this invitation was used, has run out, or is another agent's; ask for a new one"
                + " (`agentchannel invite`), or have this run there: "
                + Commands.quoted(command)
            : "not approved to call "
                + owner.name()
                + "; to be, have this run there: "
                + Commands.quoted(command));
  }

  private boolean redeem(Peer.Agent peer, byte[] secret) {
    if (home == null) {
      return false;
    }
    try {
      Grant grant =
          new InviteBook(home).redeem(owner.id(), secret, peer.id(), peer.name(), clock.instant());
      return grant != null;
    } catch (AgentException e) {
      LOG.warn("an invitation could not be used: {}", e.getMessage());
      return false;
    }
  }

  private void note(Peer.Agent peer, String from) {
    if (pending != null) {
      pending.note(peer.id(), peer.name(), from, owner.name(), clock.instant());
      pending.saveSoon(rules);
    }
  }

  /**
   * Decides anew whether an agent may call an operation, after looking at the files. Does not
   * block.
   *
   * @return completes with null if it may, else with what to tell it, on a thread that may block
   */
  CompletionStage<@Nullable AgentException> check(Peer.Agent peer, String operation) {
    return CompletableFuture.supplyAsync(
        () -> {
          refresh();
          return allows(peer.id(), operation) ? null : refusal(peer, operation);
        },
        lane);
  }

  private AgentException refusal(Peer.Agent peer, String operation) {
    Grant grant = rules.of(peer.id());
    String command = Commands.approve(peer.id(), grant.isNothing() ? null : operation);
    Reason reason = grant.isNothing() ? Reason.UNKNOWN : Reason.OPERATION;
    audit.denied(reason, peer.id(), peer.name(), null, operation, command);
    if (grant.isNothing()) {
      note(peer, "");
    }
    return Commands.denied(
        "not approved to call "
            + (grant.isNothing() ? "" : operation + " of ")
            + owner.name()
            + "; to be, have this run there: "
            + Commands.quoted(command));
  }

  /** On the lane: reads what has changed and tells of those who may do less. */
  private void refresh() {
    Rules before = rules;
    Rules now = reader.read();
    if (now.equals(before)) {
      return;
    }
    rules = now;
    if (policy == Policy.OPEN) {
      return;
    }
    before
        .grants()
        .forEach(
            (id, grant) -> {
              if (!now.of(id).plus(grant).equals(now.of(id))) {
                tellOfLess(id, now.of(id));
              }
            });
  }

  private void tellOfLess(AgentId id, Grant left) {
    if (left.isNothing()) {
      audit.denied(Reason.REVOKED, id, "", null, null, Commands.approve(id, null));
    }
    try {
      onLess.accept(id);
    } catch (RuntimeException e) {
      LOG.error("the links of {} could not be closed", id, e);
    }
  }
}
