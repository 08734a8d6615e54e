package io.agentchannel.core.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Interceptor;
import io.agentchannel.Outcome;
import io.agentchannel.Peer;
import io.agentchannel.core.config.GuestRules;
import io.agentchannel.core.serve.Services;
import io.agentchannel.core.trust.Audit;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.LocalIdentity;
import java.net.InetAddress;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Admits plain clients by the configured rules.
 *
 * <p>Whatever the mode, a web page's {@code Origin} must be listed: a page in a browser on this
 * machine comes from a loopback address too. Loopback guests need a loopback {@code Host} besides,
 * which a page whose name was rebound to 127.0.0.1 cannot send, and nothing that a proxy adds. A
 * {@code Host} that is missing is no loopback host.
 *
 * <p>Each admission is a principal of its own unless a token says otherwise: the number in its
 * address keeps a connection apart from a later one with the same address and port.
 */
public final class GuestDoor implements GuestCalls {
  private final GuestRules rules;
  private final GuestTokens tokens;
  private final LocalIdentity identity;
  private final Services services;
  private final Interceptor.Next chain;
  private final GuestLimits limits;
  private final Audit audit = new Audit();
  private final AtomicLong admissions = new AtomicLong();

  public GuestDoor(
      GuestRules rules, Interceptor.Next chain, LocalIdentity identity, Services services) {
    this(rules, chain, identity, services, GuestLimits.DEFAULTS);
  }

  /**
   * @param chain where admitted calls go
   * @param services tells the kind of an operation, which guests need not know
   */
  public GuestDoor(
      GuestRules rules,
      Interceptor.Next chain,
      LocalIdentity identity,
      Services services,
      GuestLimits limits) {
    this.rules = rules;
    this.tokens = new GuestTokens(rules.tokens());
    this.identity = identity;
    this.services = services;
    this.chain = chain;
    this.limits = limits;
  }

  @Override
  public boolean allowsOrigin(String origin) {
    return rules.origins().contains(origin.toLowerCase(Locale.ROOT));
  }

  @Override
  public Guest admit(Visit visit) {
    try {
      return admitted(visit);
    } catch (AgentException refusal) {
      InetAddress address = visit.address();
      audit.deniedGuest(
          visit.scheme(),
          address == null ? null : address.getHostAddress(),
          String.valueOf(refusal.getMessage()));
      throw refusal;
    }
  }

  private Guest admitted(Visit visit) {
    if (rules.mode() == GuestRules.Mode.NONE) {
      throw denied(
          "this agent takes no guests; to let plain clients call it, configure guests: loopback,"
              + " or guests: {tokens: [...]}");
    }
    String origin = visit.origin();
    if (origin != null && !allowsOrigin(origin)) {
      throw denied("web pages of this origin may not call; list it under guests.origins");
    }
    String principal =
        switch (rules.mode()) {
          case NONE -> throw new IllegalStateException("refused above");
          case LOOPBACK -> admitLoopback(visit);
          case BROKER -> admitBrokered(visit);
          case TOKENS -> admitToken(visit.token());
        };
    long number = admissions.incrementAndGet();
    InetAddress address = visit.address();
    String from = (address == null ? "broker" : address.getHostAddress()) + "#" + number;
    return new AdmittedGuest(this, new Peer.Guest(visit.scheme(), from, principal), "g" + number);
  }

  /** The agent's signed card, JSON; null where there are no guests to see it. */
  public byte @Nullable [] card() {
    return rules.mode() == GuestRules.Mode.NONE ? null : services.card();
  }

  GuestRules rules() {
    return rules;
  }

  LocalIdentity identity() {
    return identity;
  }

  Services services() {
    return services;
  }

  Interceptor.Next chain() {
    return chain;
  }

  GuestLimits limits() {
    return limits;
  }

  private static @Nullable String admitLoopback(Visit visit) {
    InetAddress address = visit.address();
    String host = visit.host();
    if (address == null || !address.isLoopbackAddress()) {
      throw denied("guests of this agent must be on its own machine");
    }
    if (host == null || !LoopbackHost.isLoopback(host)) {
      throw denied("guests of this agent must call it by a loopback name, as localhost");
    }
    if (visit.forwarded()) {
      throw denied("guests of this agent must call it themselves, not through a proxy");
    }
    return null;
  }

  private static @Nullable String admitBrokered(Visit visit) {
    if (visit.address() != null) {
      throw denied("guests of this agent must come through its broker");
    }
    return null;
  }

  private String admitToken(@Nullable String token) {
    if (token == null) {
      throw new AgentException(
          Code.UNAUTHENTICATED, Outcome.NOT_SENT, "this agent asks its guests for a bearer token");
    }
    String principal = tokens.principalOf(token);
    if (principal == null) {
      throw new AgentException(
          Code.UNAUTHENTICATED, Outcome.NOT_SENT, "this agent does not know this bearer token");
    }
    return principal;
  }

  private static AgentException denied(String why) {
    return new AgentException(Code.PERMISSION_DENIED, Outcome.NOT_SENT, why);
  }
}
