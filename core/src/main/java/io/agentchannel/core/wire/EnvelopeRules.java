package io.agentchannel.core.wire;

import static io.agentchannel.core.wire.Envelope.Kind.CANCEL;
import static io.agentchannel.core.wire.Envelope.Kind.DONE;
import static io.agentchannel.core.wire.Envelope.Kind.END;
import static io.agentchannel.core.wire.Envelope.Kind.GOAWAY;
import static io.agentchannel.core.wire.Envelope.Kind.ITEM;
import static io.agentchannel.core.wire.Envelope.Kind.OPEN;
import static io.agentchannel.core.wire.Envelope.Kind.RESUME;

/** What each kind of envelope must have and must not have, so that nobody after has to ask. */
final class EnvelopeRules {
  private EnvelopeRules() {}

  /** All rules, as they hold in a packet. */
  static void check(Envelope e) throws MalformedPacketException {
    Envelope.Kind kind = e.kind();
    if (kind.isOfExchange() ? e.exchange() == 0 : e.exchange() != 0 || e.mine()) {
      throw broken(kind, kind.isOfExchange() ? "no exchange" : "an exchange");
    }
    if (kind == OPEN && e.seq() != 1) {
      throw broken(kind, "another seq than 1");
    }
    // An END without a seq is an abort, which stands in no direction.
    if (kind == ITEM && e.seq() == 0) {
      throw broken(kind, "no seq");
    }
    if ((kind == OPEN || kind == RESUME) && e.attempt() == 0) {
      throw broken(kind, "no attempt");
    }
    checkParts(e);
  }

  /** The rules on what is inside, as they hold in every encoding. */
  static void checkParts(Envelope e) throws MalformedPacketException {
    Envelope.Kind kind = e.kind();
    if ((e.open() != null) != (kind == OPEN)) {
      throw broken(kind, kind == OPEN ? "no open part" : "an open part");
    }
    boolean needsStatus = kind == END || kind == CANCEL || kind == GOAWAY;
    if ((e.status() != null) != needsStatus) {
      throw broken(kind, needsStatus ? "no status" : "a status");
    }
    if ((e.done() != null) != (kind == DONE)) {
      throw broken(kind, kind == DONE ? "no done part" : "a done part");
    }
    boolean beginsMessage = !e.contentType().isEmpty();
    boolean hasPiece = e.body().hasRemaining() || e.more();
    // Only OPEN and ITEM pay for their body with credit; elsewhere it would be free.
    if ((beginsMessage || hasPiece) && kind != OPEN && kind != ITEM) {
      throw broken(kind, "a body");
    }
    if (kind == OPEN && hasPiece && !beginsMessage) {
      throw broken(kind, "a body and no content type");
    }
  }

  private static MalformedPacketException broken(Envelope.Kind kind, String what) {
    return new MalformedPacketException(kind + " with " + what);
  }
}
