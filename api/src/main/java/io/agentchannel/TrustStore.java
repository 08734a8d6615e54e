package io.agentchannel;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call the agents of one home, and which keys its peers have shown: what {@code
 * agentchannel trust} and {@code agentchannel invite} show and change. Agents that run notice a
 * change within half a second, and before they refuse anybody.
 *
 * <p>Thread-safe, and safe beside other processes of the same user. The methods read and write
 * small files, and fail with an {@link AgentException} of one line, {@link
 * Code#FAILED_PRECONDITION}, where that cannot be done. Left out on purpose: changing what the
 * configuration says, and the keys of the home, which are files of the user's.
 */
public interface TrustStore {

  /** Written for all operations, those to come included. */
  String EVERYTHING = "*";

  /** Who may call, and why; an agent is there once for each source. */
  List<Allowed> allowed();

  /** Who was refused and may be approved; the one that was seen last comes first. */
  List<Pending> pending();

  /** Which keys the peers have shown that were dialled without a configured id. */
  List<Pin> pins();

  /**
   * Lets an agent call these operations, besides those that it may call already.
   *
   * @param operations names, or {@link #EVERYTHING}; not empty
   * @return what it was approved for altogether
   */
  Allowed approve(AgentId id, Set<String> operations);

  /**
   * Takes an approval back, or strikes a caller off the list of those who wait. Agents that run
   * close the links of that peer and cancel its calls.
   *
   * @throws AgentException {@link Code#NOT_FOUND} if there is neither; {@link
   *     Code#FAILED_PRECONDITION} if it is allowed by the configuration or by its key in the home,
   *     with what to do there
   */
  void revoke(AgentId id);

  /**
   * Forgets the key of a peer: the next one that it shows is accepted.
   *
   * @param name as {@link Pin#name} has it
   * @return the id that was pinned
   * @throws AgentException {@link Code#NOT_FOUND} if nothing is pinned by that name
   */
  AgentId forget(String name);

  /**
   * Makes an invitation to the agent of this configuration: whoever uses it first, in time, knows
   * whom to expect and may call.
   *
   * @param operations names, or {@link #EVERYTHING}; not empty
   * @param at where the agent is reached; empty for what the configuration says
   * @return a URI that is a target for {@link Agent#channel}; it holds a secret
   */
  String invite(Set<String> operations, Duration validFor, List<URI> at);

  /** Where a permission comes from. */
  enum Source {
    /** {@code trust.allow} in the configuration. */
    CONFIG,
    /** An approval, or an invitation that was used. */
    APPROVED,
    /** Its key is in the home. */
    HOME
  }

  /**
   * An agent that may call.
   *
   * @param operations names, or {@link #EVERYTHING}
   * @param name what it is called: its claim when it was approved, or the name of its key's file
   * @param since when it was approved, or null
   */
  record Allowed(
      AgentId id,
      List<String> operations,
      Source source,
      @Nullable String name,
      @Nullable Instant since) {
    public Allowed {
      operations = List.copyOf(operations);
    }
  }

  /**
   * An agent that was refused.
   *
   * @param name what it calls itself; a claim, in any characters
   * @param from its address, for people
   * @param called the name of the agent that refused it
   * @param count how often
   */
  record Pending(
      AgentId id,
      String name,
      String from,
      String called,
      Instant first,
      Instant last,
      long count) {}

  /**
   * A peer's key.
   *
   * @param name of the peer in the configuration, or its address
   * @param at the endpoint where it was shown, or null
   */
  record Pin(String name, AgentId id, @Nullable String at, Instant since) {}
}
