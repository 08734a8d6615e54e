package io.agentchannel.core.exchange;

import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.EnvelopeWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What goes into one packet, and how many bytes each envelope takes there. Not thread-safe. */
public final class Batch {
  private final List<Envelope> envelopes = new ArrayList<>();
  private int[] sizes = new int[16];
  private int bytes;
  private boolean last;
  private boolean answered;

  void add(Envelope envelope, int size) {
    int at = envelopes.size();
    if (at == sizes.length) {
      sizes = Arrays.copyOf(sizes, 2 * at);
    }
    sizes[at] = size;
    envelopes.add(envelope);
    bytes += size;
    answered |= envelope.kind() != Envelope.Kind.PONG;
  }

  void nothingIsLeft() {
    last = true;
  }

  /** To be filled again. */
  public void clear() {
    envelopes.clear();
    bytes = 0;
    last = false;
    answered = false;
  }

  public boolean isEmpty() {
    return envelopes.isEmpty();
  }

  /** Bytes of all of them. */
  public int bytes() {
    return bytes;
  }

  /** Nothing else was left to say when it was filled; the link is told of what has come since. */
  public boolean isLast() {
    return last;
  }

  /**
   * Whether the peer has reason to say something after it. Of a PONG alone it has not: were it
   * waited for, two idle peers would ask each other for ever.
   */
  public boolean isAnswered() {
    return answered;
  }

  /** Until the next {@link #clear}. */
  public List<Envelope> envelopes() {
    return envelopes;
  }

  public void writeTo(ByteBuffer packet) {
    for (int i = 0; i < envelopes.size(); i++) {
      EnvelopeWriter.writeFramed(envelopes.get(i), sizes[i], packet);
    }
  }
}
