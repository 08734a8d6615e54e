package io.agentchannel.core.config;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a peer may call: named operations, or all. Immutable.
 *
 * @param operations their names in order; {@code *} stands for all, those to come included
 */
public record Grant(Set<String> operations) {
  /** Written for all operations. */
  public static final String EVERYTHING = "*";

  /** Every operation. */
  public static final Grant ALL = new Grant(Set.of(EVERYTHING));

  /** Nothing at all. */
  public static final Grant NONE = new Grant(Set.of());

  public Grant {
    operations =
        operations.contains(EVERYTHING)
            ? Set.of(EVERYTHING)
            : java.util.Collections.unmodifiableSet(new TreeSet<>(operations));
  }

  public static Grant of(Collection<String> operations) {
    return new Grant(Set.copyOf(operations));
  }

  /** Whether it is one by which operations are called: a name, or {@link #EVERYTHING}. */
  public static boolean isOperation(String text) {
    return text.equals(EVERYTHING) || Values.isName(text);
  }

  public boolean isNothing() {
    return operations.isEmpty();
  }

  public boolean covers(String operation) {
    return operations.contains(EVERYTHING) || operations.contains(operation);
  }

  /** What either of the two allows. */
  public Grant plus(Grant other) {
    Set<String> both = new TreeSet<>(operations);
    both.addAll(other.operations);
    return new Grant(both);
  }

  /** Names in order. */
  public List<String> list() {
    return List.copyOf(operations);
  }
}
