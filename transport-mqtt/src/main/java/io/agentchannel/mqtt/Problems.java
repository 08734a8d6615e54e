package io.agentchannel.mqtt;

import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.OneLine;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The one place where a failure of MQTT becomes a line that says what to do. */
final class Problems {
  private Problems() {}

  /** No connection came about. */
  static AgentException connecting(Endpoint broker, Throwable thrown) {
    Throwable failure = unwrapped(thrown);
    if (failure instanceof AgentException known) {
      return known;
    }
    if (failure instanceof Mqtt5ConnAckException refused) {
      return refused(broker, refused);
    }
    if (failure instanceof Mqtt5SubAckException denied) {
      return of(
          Code.PERMISSION_DENIED,
          broker,
          "the broker does not let this agent subscribe to its own topics: "
              + reason(denied)
              + "; see its access rules",
          failure);
    }
    Throwable deepest = deepest(failure);
    if (deepest instanceof UnknownHostException) {
      return of(Code.UNAVAILABLE, broker, "the host name is not known", failure);
    }
    if (has(failure, SSLException.class)) {
      // A certificate stays as it is; anything else may be the network.
      Code code =
          deepest instanceof GeneralSecurityException ? Code.FAILED_PRECONDITION : Code.UNAVAILABLE;
      return of(code, broker, "the TLS handshake failed: " + detail(deepest), failure);
    }
    if (deepest instanceof ConnectException && detail(deepest).contains("refused")) {
      return of(
          Code.UNAVAILABLE, broker, "connection refused; is a broker running there?", failure);
    }
    return of(Code.UNAVAILABLE, broker, "cannot be reached: " + detail(deepest), failure);
  }

  private static AgentException refused(Endpoint broker, Mqtt5ConnAckException refused) {
    Mqtt5ConnAck answer = refused.getMqttMessage();
    String why =
        answer.getReasonCode()
            + answer.getReasonString().map(text -> ", " + OneLine.of(text.toString())).orElse("");
    return switch (answer.getReasonCode()) {
      case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED, BAD_AUTHENTICATION_METHOD, BANNED ->
          of(
              Code.UNAUTHENTICATED,
              broker,
              "the broker refuses this agent: " + why + "; see mqtt.user and mqtt.password",
              refused);
      case UNSUPPORTED_PROTOCOL_VERSION ->
          of(Code.FAILED_PRECONDITION, broker, "the broker does not speak MQTT 5", refused);
      default -> of(Code.UNAVAILABLE, broker, "the broker refuses the connection: " + why, refused);
    };
  }

  /** A connection that was there has ended. */
  static AgentException lost(Endpoint broker, Throwable thrown) {
    Throwable failure = unwrapped(thrown);
    if (failure instanceof AgentException known) {
      return known;
    }
    String why =
        failure instanceof Mqtt5DisconnectException said
            ? said.getMqttMessage().getReasonCode()
                + said.getMqttMessage()
                    .getReasonString()
                    .map(text -> ", " + OneLine.of(text.toString()))
                    .orElse("")
            : detail(failure);
    return new AgentException(
        Code.UNAVAILABLE,
        Outcome.UNKNOWN,
        broker + ": the connection to the broker broke: " + why,
        failure);
  }

  /** Nothing comes from this topic: the broker refuses it, or is not there any more. */
  static AgentException subscribing(Endpoint broker, String topic, Throwable thrown) {
    Throwable failure = unwrapped(thrown);
    if (failure instanceof Mqtt5SubAckException denied) {
      return of(
          Code.PERMISSION_DENIED,
          broker,
          "the broker does not let this agent subscribe to "
              + topic
              + ": "
              + reason(denied)
              + "; see its access rules",
          failure);
    }
    return failure instanceof AgentException known
        ? known
        : of(
            Code.UNAVAILABLE,
            broker,
            "the connection to the broker broke: " + detail(failure),
            failure);
  }

  /** A broker did not take a message for somebody. */
  static AgentException publishing(Endpoint broker, Throwable thrown) {
    Throwable failure = unwrapped(thrown);
    if (failure instanceof Mqtt5PubAckException refused) {
      Mqtt5PubAckReasonCode reason = refused.getMqttMessage().getReasonCode();
      boolean forbidden = isForbidden(failure);
      return new AgentException(
          forbidden ? Code.PERMISSION_DENIED : Code.UNAVAILABLE,
          Outcome.UNKNOWN,
          broker
              + ": the broker refused a message: "
              + reason
              + (forbidden ? "; see its access rules" : ""),
          failure);
    }
    return lost(broker, failure);
  }

  /** Whether a message is one that this agent must not publish. */
  static boolean isForbidden(Throwable thrown) {
    return unwrapped(thrown) instanceof Mqtt5PubAckException refused
        && refused.getMqttMessage().getReasonCode() == Mqtt5PubAckReasonCode.NOT_AUTHORIZED;
  }

  static AgentException of(Code code, Endpoint broker, String what, @Nullable Throwable cause) {
    return new AgentException(code, Outcome.NOT_SENT, broker + ": " + what, cause);
  }

  static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static String reason(Mqtt5SubAckException denied) {
    return denied.getMqttMessage().getReasonCodes().toString();
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return true;
      }
    }
    return false;
  }

  private static Throwable deepest(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest;
  }

  private static String detail(Throwable failure) {
    String message = failure.getMessage();
    return OneLine.of(message == null ? failure.getClass().getSimpleName() : message);
  }
}
