package io.agentchannel.core.trust;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.TrustStore;
import io.agentchannel.core.OneLine;
import io.agentchannel.core.config.Grant;
import io.agentchannel.core.trust.TrustFiles.Approval;
import io.agentchannel.core.trust.TrustFiles.Caller;
import io.agentchannel.core.trust.TrustFiles.PinEntry;
import io.agentchannel.core.trust.TrustFiles.Pinned;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The files of a home as commands see and change them; keeps nothing in memory. Thread-safe. */
public final class StoredTrust implements TrustStore {
  private static final Duration LONGEST = Duration.ofDays(30);

  private final TrustHome home;
  private final Runnable makeHome;
  private final Map<AgentId, Grant> configured;
  private final Supplier<AgentId> self;
  private final List<URI> endpoints;
  private final Clock clock;

  /**
   * @param makeHome creates the folder, or fails with what is wrong
   * @param configured what {@code trust.allow} says
   * @param self the agent that invites; its key is made if there is none
   * @param endpoints where it says that it is reached
   */
  public StoredTrust(
      TrustHome home,
      Runnable makeHome,
      Map<AgentId, Grant> configured,
      Supplier<AgentId> self,
      List<URI> endpoints,
      Clock clock) {
    this.home = home;
    this.makeHome = makeHome;
    this.configured = Map.copyOf(configured);
    this.self = self;
    this.endpoints = List.copyOf(endpoints);
    this.clock = clock;
  }

  @Override
  public List<Allowed> allowed() {
    List<Allowed> all = new ArrayList<>();
    configured.forEach(
        (id, grant) -> all.add(new Allowed(id, grant.list(), Source.CONFIG, null, null)));
    for (Approval approval : home.approved().read().approved()) {
      all.add(allowed(approval));
    }
    new HomeKeys(home.directory())
        .read()
        .forEach((name, id) -> all.add(new Allowed(id, Grant.ALL.list(), Source.HOME, name, null)));
    return all;
  }

  private static Allowed allowed(Approval approval) {
    return new Allowed(
        approval.id(), approval.operations(), Source.APPROVED, approval.name(), approval.since());
  }

  @Override
  public List<Pending> pending() {
    return home.pending().read().pending().stream()
        .map(
            caller ->
                new Pending(
                    caller.id(),
                    caller.name(),
                    caller.from(),
                    caller.called(),
                    caller.first(),
                    caller.last(),
                    caller.count()))
        .toList();
  }

  @Override
  public List<Pin> pins() {
    return home.pins().read().pins().stream()
        .map(pin -> new Pin(pin.name(), pin.id(), pin.at(), pin.since()))
        .toList();
  }

  @Override
  public Allowed approve(AgentId id, Set<String> operations) {
    Grant grant = grant(operations);
    return changing(
        () -> {
          Caller caller = PendingCallers.strike(home, id);
          String name = caller == null ? null : caller.name();
          return allowed(Approvals.add(home, id, grant, name, clock.instant()));
        });
  }

  private static Grant grant(Set<String> operations) {
    for (String operation : operations) {
      if (!Grant.isOperation(operation)) {
        throw invalid("'" + OneLine.of(operation) + "' is not an operation's name");
      }
    }
    if (operations.isEmpty()) {
      throw invalid("an approval is for operations by name, or for * which is all of them");
    }
    return Grant.of(operations);
  }

  @Override
  public void revoke(AgentId id) {
    boolean known =
        changing(
            () -> {
              boolean waited = PendingCallers.strike(home, id) != null;
              return Approvals.remove(home, id) || waited;
            });
    String elsewhere = allowedElsewhere(id);
    if (elsewhere != null) {
      throw failed(
          Code.FAILED_PRECONDITION,
          (known ? "the approval is gone, but " : "") + id + " is still allowed: " + elsewhere);
    }
    if (!known) {
      throw failed(
          Code.NOT_FOUND, id + " is neither approved nor waiting; see `agentchannel trust list`");
    }
  }

  private @Nullable String allowedElsewhere(AgentId id) {
    if (configured.containsKey(id)) {
      return "by trust.allow in the configuration; remove it there";
    }
    for (Map.Entry<String, AgentId> key : new HomeKeys(home.directory()).read().entrySet()) {
      if (key.getValue().equals(id)) {
        return "its key is in this home; remove the file "
            + OneLine.of(home.directory().resolve("keys").resolve(key.getKey() + ".pem"));
      }
    }
    return null;
  }

  @Override
  public AgentId forget(String name) {
    return changing(
        () -> {
          List<PinEntry> pins = new ArrayList<>(home.pins().read().pins());
          for (PinEntry pin : pins) {
            if (pin.name().equals(name)) {
              pins.remove(pin);
              home.pins().replace(new Pinned(pins));
              return pin.id();
            }
          }
          throw failed(
              Code.NOT_FOUND,
              "no key is pinned for " + OneLine.of(name) + "; see `agentchannel trust list`");
        });
  }

  @Override
  public String invite(Set<String> operations, Duration validFor, List<URI> at) {
    Grant grant = grant(operations);
    if (validFor.isNegative() || validFor.isZero() || validFor.compareTo(LONGEST) > 0) {
      throw invalid("an invitation is valid for more than nothing and at most 30 days");
    }
    List<URI> where = at.isEmpty() ? endpoints : at;
    if (where.isEmpty()) {
      throw invalid(
          "an invitation says where the agent is reached: configure listen with a fixed port or"
              + " advertise, or give the endpoints here");
    }
    makeHome.run();
    AgentId agent = self.get();
    byte[] secret = new InviteBook(home).make(agent, grant, validFor, clock.instant());
    return new Invitation(agent, where, secret).toUri();
  }

  private <T> T changing(Supplier<T> change) {
    makeHome.run();
    return home.lock().holding(change);
  }

  private static AgentException invalid(String problem) {
    return failed(Code.INVALID_ARGUMENT, problem);
  }

  private static AgentException failed(Code code, String problem) {
    return new AgentException(code, Outcome.NOT_SENT, problem);
  }
}
