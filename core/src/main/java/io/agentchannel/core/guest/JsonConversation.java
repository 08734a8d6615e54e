package io.agentchannel.core.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.core.DirectSection;
import io.agentchannel.core.serve.Services;
import io.agentchannel.core.wire.Envelope;
import io.agentchannel.core.wire.JsonEnvelopes;
import io.agentchannel.core.wire.JsonEnvelopes.Decoded;
import io.agentchannel.core.wire.MalformedPacketException;
import io.agentchannel.core.wire.Status;
import io.agentchannel.spi.GuestCalls.GuestCall;
import io.agentchannel.spi.Link;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a plain client says over a link of texts ({@code agentchannel.v1+json}, see {@link
 * JsonEnvelopes}).
 *
 * <ul>
 *   <li>The client names its exchanges; a name is free again when its exchange has ended. An {@code
 *       open} with a name in use changes nothing: it is answered by an {@code end} with the empty
 *       name, {@link Code#ALREADY_EXISTS}.
 *   <li>An {@code open} that carries the one request of an operation that takes one is complete,
 *       {@code last} or not.
 *   <li>What cannot be understood is answered by an {@code end} with {@link Code#INVALID_ARGUMENT}
 *       and the empty name; an {@code item} of an exchange that is not open by one with its name.
 *       The connection goes on. After {@value #MAX_BAD} such texts in a row it is closed.
 *   <li>Replies flow as fast as the client reads; once it has given {@code credit} for an exchange,
 *       within that too, each costing its body's bytes and {@value Envelope#COST}. In a
 *       conversation the client gets credit the same way, and may send {@link GuestLimits#window}
 *       bytes before the first.
 *   <li>The end of the link cancels everything.
 * </ul>
 */
final class JsonConversation implements Link.Receiver {
  private static final int MAX_BAD = 16;

  private final AdmittedGuest guest;
  private final Link link;
  private final GuestLimits limits;
  private final Services services;
  private final TextOutbox outbox;
  private final Map<String, JsonCall> calls = new ConcurrentHashMap<>();
  private final EndedNames ended = new EndedNames();
  private int badInARow;

  JsonConversation(AdmittedGuest guest, Link link, GuestLimits limits, Services services) {
    this.guest = guest;
    this.link = link;
    this.limits = limits;
    this.services = services;
    this.outbox = new TextOutbox(link, limits.queue(), this::tellReady);
  }

  @Override
  public void onPacket(ByteBuffer packet) {
    DirectSection.enter();
    try {
      if (take(packet)) {
        badInARow = 0;
      } else if (++badInARow >= MAX_BAD) {
        link.close();
      }
    } finally {
      DirectSection.exit();
    }
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onReady() {
    DirectSection.enter();
    try {
      outbox.linkReady();
    } finally {
      DirectSection.exit();
    }
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    DirectSection.enter();
    try {
      guest.close();
      outbox.clear();
    } finally {
      DirectSection.exit();
    }
  }

  /** The call with this name is over, and its name free. */
  void ended(JsonCall call) {
    if (calls.remove(call.name(), call)) {
      ended.add(call.name());
    }
  }

  private boolean take(ByteBuffer packet) {
    Decoded decoded;
    try {
      decoded = JsonEnvelopes.read(utf8(packet));
    } catch (CharacterCodingException e) {
      return bad("", Code.INVALID_ARGUMENT, "the text is not UTF-8");
    } catch (MalformedPacketException e) {
      return bad("", Code.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
    Envelope envelope = decoded.envelope();
    String name = decoded.exchange();
    return switch (envelope.kind()) {
      case OPEN -> open(name, envelope);
      case ITEM -> item(name, envelope);
      case CANCEL -> cancel(name, envelope);
      case CREDIT -> credit(name, envelope);
      case PING -> {
        outbox.add(JsonTexts.pong(envelope.token()));
        yield true;
      }
      case PONG -> true;
      default ->
          bad("", Code.INVALID_ARGUMENT, "a client sends open, item, cancel, credit and ping");
    };
  }

  private boolean open(String name, Envelope envelope) {
    Envelope.Open open = envelope.open();
    if (open == null) {
      return bad("", Code.INVALID_ARGUMENT, "an open without an operation");
    }
    JsonCall call = new JsonCall(this, outbox, name, link.info().maxPacket(), limits.window());
    if (calls.putIfAbsent(name, call) != null) {
      return bad("", Code.ALREADY_EXISTS, "an exchange of this name is open; choose another");
    }
    if (envelope.credit() > 0) {
      call.credit(envelope.credit());
    }
    Duration timeout = envelope.ttl() > 0 ? Duration.ofMillis(envelope.ttl()) : null;
    GuestCall asked = new GuestCall(null, open.operation(), open.metadata(), timeout, open.key());
    call.begin(guest.call(asked, open.call(), call));
    Payload first = payload(envelope);
    if (first != null) {
      Call.Kind kind = services.kindOf(open.operation());
      boolean whole = kind != null && kind.hasOneRequest();
      call.request(first, whole || envelope.last());
    } else if (envelope.last()) {
      call.completeRequests();
    }
    return true;
  }

  private boolean item(String name, Envelope envelope) {
    JsonCall call = calls.get(name);
    if (call == null) {
      return ended.contains(name) || bad(name, Code.INVALID_ARGUMENT, "no such exchange is open");
    }
    Payload item = payload(envelope);
    if (item != null) {
      call.request(item, envelope.last());
    } else if (envelope.last()) {
      call.completeRequests();
    } else {
      return bad("", Code.INVALID_ARGUMENT, "an item without a body");
    }
    return true;
  }

  /** For an unknown exchange it is late, or needless: the client wants nothing of it. */
  private boolean cancel(String name, Envelope envelope) {
    JsonCall call = calls.get(name);
    if (call != null) {
      Status status = envelope.status();
      AgentException given = status == null ? null : status.toException();
      call.cancel(
          given != null
              ? new AgentException(Code.CANCELLED, Outcome.UNKNOWN, message(given))
              : new AgentException(Code.CANCELLED, Outcome.UNKNOWN, "cancelled by the client"));
    }
    return true;
  }

  private boolean credit(String name, Envelope envelope) {
    JsonCall call = calls.get(name);
    if (call != null) {
      call.credit(envelope.credit());
    }
    return true;
  }

  private boolean bad(String name, Code code, String why) {
    outbox.add(JsonTexts.end(name, 0, Status.of(code, Outcome.NOT_SENT, why)));
    return false;
  }

  private void tellReady() {
    DirectSection.enter();
    try {
      calls.values().forEach(JsonCall::tellReady);
    } finally {
      DirectSection.exit();
    }
  }

  private static @Nullable Payload payload(Envelope envelope) {
    return envelope.contentType().isEmpty()
        ? null
        : Payload.of(envelope.contentType(), envelope.body());
  }

  private static String message(AgentException failure) {
    return String.valueOf(failure.getMessage());
  }

  private static String utf8(ByteBuffer packet) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(packet).toString();
  }
}
