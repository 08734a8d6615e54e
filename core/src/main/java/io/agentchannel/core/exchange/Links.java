package io.agentchannel.core.exchange;

import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.Envelope.Done;
import io.agentchannel.core.wire.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The links that a session has, the preferred one first, and how exchanges move between them.
 * Guarded by the session.
 */
final class Links {
  private final SessionState session;
  private final List<Attachment> attachments = new ArrayList<>(1);
  private long linklessSince;

  /** Was asked for a sign of life and has not given one, while others were asked as well. */
  private @Nullable Attachment suspected;

  Links(SessionState session) {
    this.session = session;
    this.linklessSince = session.now();
  }

  Attachment attach(Attachment.Port port, int maxPacket) {
    Attachment attachment = new Attachment(port, maxPacket);
    attachments.add(attachment);
    Done opening = session.openers().opening(maxPacket);
    if (opening != null) {
      say(attachment, Envelope.done(opening));
    }
    if (session.isLeaving()) {
      sayGoAway(attachment);
    }
    for (OpenerExchange exchange : session.openers().all()) {
      if (exchange.binding() == null) {
        exchange.moveTo(attachment);
      }
    }
    return attachment;
  }

  void detach(Attachment attachment) {
    if (!attachments.remove(attachment)) {
      return;
    }
    for (OpenerExchange exchange : session.openers().all()) {
      if (exchange.binding() == attachment) {
        exchange.unbind();
        if (!attachments.isEmpty()) {
          exchange.moveTo(attachments.get(0));
        }
      }
    }
    for (ResponderExchange exchange : session.responders().all()) {
      if (exchange.binding() == attachment) {
        exchange.unbind();
      }
    }
    linklessSince = session.now();
    if (suspected == attachment) {
      suspected = null;
    }
  }

  void suspect(Attachment attachment) {
    if (suspected == null && attachments.size() > 1 && attachments.contains(attachment)) {
      suspected = attachment;
      for (Attachment other : attachments) {
        if (other != attachment) {
          other.port().probe();
        }
      }
    }
  }

  void answered(Attachment attachment) {
    if (suspected == null) {
      return;
    }
    if (suspected != attachment) {
      prefer(attachment);
    }
    suspected = null;
  }

  void prefer(Attachment attachment) {
    if (attachments.remove(attachment)) {
      attachments.add(0, attachment);
      for (OpenerExchange exchange : session.openers().all()) {
        if (exchange.binding() != attachment) {
          exchange.moveTo(attachment);
        }
      }
    }
  }

  boolean contains(Attachment attachment) {
    return attachments.contains(attachment);
  }

  /** Where new exchanges go; null if there is none. */
  @Nullable Attachment best() {
    return attachments.isEmpty() ? null : attachments.get(0);
  }

  /** How long there has been no link at all; 0 while there is one. */
  long linklessNanos() {
    return attachments.isEmpty() ? session.now() - linklessSince : 0;
  }

  void say(Attachment attachment, Envelope envelope) {
    attachment.addControl(envelope);
    session.guard().hasOutput(attachment);
  }

  void sayGoAwayEverywhere() {
    attachments.forEach(this::sayGoAway);
  }

  private void sayGoAway(Attachment attachment) {
    say(attachment, Envelope.goAway(Status.OK));
  }
}
