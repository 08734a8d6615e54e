package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.core.codec.Codecs;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * The codecs as calls use them. A value or a message that does not fit its declared type is {@link
 * Code#INVALID_ARGUMENT}, whichever side it came from.
 */
record Values(Codecs codecs) {

  /** The one request of a call; nothing was sent if it cannot be encoded. */
  Payload encodeRequest(@Nullable Object value, Type type) {
    return codecs.encode(value, type);
  }

  /** One message of many: the call goes on if it cannot be encoded. */
  Payload encodeItem(@Nullable Object value, Type type) {
    try {
      return codecs.encode(value, type);
    } catch (AgentException e) {
      throw Failures.withOutcome(e, Outcome.UNKNOWN);
    }
  }

  /** The one reply of a call; null where the format has a null and the peer sent it. */
  @SuppressWarnings({
    "unchecked", // The type is the operation's own type argument.
    "NullAway" // Whether it includes null is for whoever declared the operation.
  })
  <T> T decodeReply(@Nullable Payload reply, Type type) {
    if (reply == null) {
      throw new IllegalStateException("a unary call that went well has a reply");
    }
    return (T) codecs.decode(reply, type, Outcome.PROCESSED);
  }

  /** One message of many, where null would mean the end and is refused. */
  @SuppressWarnings("unchecked") // The type is the operation's or topic's own type argument.
  <T> T decodeItem(Payload item, Type type) {
    Object value = codecs.decode(item, type, Outcome.UNKNOWN);
    if (value == null) {
      throw new AgentException(
          Code.INVALID_ARGUMENT,
          Outcome.UNKNOWN,
          "cannot read " + type.getTypeName() + ": null is no item");
    }
    return (T) value;
  }
}
