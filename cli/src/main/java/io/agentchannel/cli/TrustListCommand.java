package io.agentchannel.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentchannel.TrustStore;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Shows whom this home trusts, who waits for it, and which keys peers have shown. */
@Command(
    name = "list",
    description = "Shows who may call, who was refused and waits, and which keys peers have shown.")
final class TrustListCommand extends TrustAdminCommand {

  /** What there is to show. */
  private record Listing(
      List<TrustStore.Allowed> allowed,
      List<TrustStore.Pending> pending,
      List<TrustStore.Pin> pins) {}

  TrustListCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    Listing listing = trust(store -> new Listing(store.allowed(), store.pending(), store.pins()));
    Results results = new Results(console, json);
    if (json) {
      results.write(toJson(listing));
    } else {
      show(listing, results);
    }
    return 0;
  }

  private static void show(Listing listing, Results results) throws IOException {
    if (listing.allowed().isEmpty() && listing.pending().isEmpty() && listing.pins().isEmpty()) {
      results.line("nobody may call, nobody waits, and no key is pinned");
      return;
    }
    for (TrustStore.Allowed one : listing.allowed()) {
      results.line(
          "allowed  "
              + one.id()
              + "  "
              + shown(one.operations())
              + "  ("
              + source(one)
              + named(one.name())
              + since(one.since())
              + ")");
    }
    for (TrustStore.Pending one : listing.pending()) {
      results.line(
          "waits    "
              + one.id()
              + "  calls itself "
              + Text.oneLine(one.name())
              + (one.from().isEmpty() ? "" : ", from " + Text.oneLine(one.from()))
              + ", asked for "
              + Text.oneLine(one.called())
              + times(one)
              + when(one.last()));
      results.line("           agentchannel trust approve " + shortId(one));
    }
    for (TrustStore.Pin one : listing.pins()) {
      results.line("pinned   " + Text.oneLine(one.name()) + "  " + one.id() + since(one.since()));
    }
  }

  private static String source(TrustStore.Allowed one) {
    return switch (one.source()) {
      case CONFIG -> "configured";
      case APPROVED -> "approved";
      case HOME -> "a key of this home";
    };
  }

  private static String named(@Nullable String name) {
    return name == null ? "" : ", " + Text.oneLine(name);
  }

  private static String since(@Nullable Instant time) {
    return time == null ? "" : ", since " + when(time);
  }

  private static String times(TrustStore.Pending one) {
    return one.count() == 1 ? ", at " : ", " + one.count() + " times, last at ";
  }

  private static String when(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String shortId(TrustStore.Pending one) {
    String id = one.id().toString();
    return id.substring(id.lastIndexOf(':') + 1);
  }

  private static ObjectNode toJson(Listing listing) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode allowed = node.putArray("allowed");
    for (TrustStore.Allowed one : listing.allowed()) {
      ObjectNode entry = allowed.addObject();
      entry.put("id", one.id().toString());
      one.operations().forEach(entry.putArray("operations")::add);
      entry.put("source", one.source().name().toLowerCase(Locale.ROOT));
      entry.put("name", one.name());
      entry.put("since", text(one.since()));
    }
    ArrayNode pending = node.putArray("pending");
    for (TrustStore.Pending one : listing.pending()) {
      ObjectNode entry = pending.addObject();
      entry.put("id", one.id().toString()).put("name", one.name()).put("from", one.from());
      entry.put("called", one.called());
      entry.put("first", text(one.first())).put("last", text(one.last()));
      entry.put("count", one.count());
    }
    ArrayNode pins = node.putArray("pins");
    for (TrustStore.Pin one : listing.pins()) {
      ObjectNode entry = pins.addObject();
      entry.put("name", one.name()).put("id", one.id().toString()).put("at", one.at());
      entry.put("since", text(one.since()));
    }
    return node;
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
