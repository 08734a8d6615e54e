package io.agentchannel.core.exchange;

import io.agentchannel.core.wire.Envelope;
import java.util.List;
import java.util.stream.Collectors;

/** Envelopes as a log shows them. */
final class Describe {
  private Describe() {}

  static String all(List<Envelope> envelopes) {
    return envelopes.stream().map(Describe::one).collect(Collectors.joining(" "));
  }

  static String one(Envelope e) {
    StringBuilder text = new StringBuilder(e.kind().toString());
    if (e.kind().isOfExchange()) {
      text.append(e.mine() ? " >" : " <").append(e.exchange());
    }
    put(text, "seq", e.seq());
    put(text, "ack", e.ack());
    put(text, "credit", e.credit());
    put(text, "attempt", e.attempt());
    put(text, "bytes", e.body().remaining());
    if (e.last()) {
      text.append(" last");
    }
    if (e.more()) {
      text.append(" more");
    }
    if (e.status() != null) {
      text.append(' ').append(e.status().code()).append('/').append(e.status().outcome());
    }
    if (e.done() != null) {
      text.append(" floor=").append(e.done().floor()).append(" next=").append(e.done().next());
      for (long counter : e.done().counters()) {
        text.append(' ').append(counter);
      }
    }
    return text.append(';').toString();
  }

  private static void put(StringBuilder text, String name, long value) {
    if (value != 0) {
      text.append(' ').append(name).append('=').append(value);
    }
  }
}
