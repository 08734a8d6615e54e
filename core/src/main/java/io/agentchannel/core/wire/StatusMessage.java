package io.agentchannel.core.wire;

import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The protobuf message {@code Status}. A status that is OK and says nothing more is empty. */
final class StatusMessage {
  private static final int OK = 0;
  private static final Code[] CODES = Code.values();

  private StatusMessage() {}

  static int size(Status status) {
    return Protobuf.numberSize(Schema.STATUS_CODE, numberOf(status.code()))
        + Protobuf.numberSize(Schema.STATUS_OUTCOME, outcomeNumber(status))
        + Protobuf.textSize(Schema.STATUS_MESSAGE, status.message())
        + StringEntries.size(Schema.STATUS_DETAILS, status.details());
  }

  static void put(Status status, ByteBuffer out) {
    Protobuf.putNumber(Schema.STATUS_CODE, numberOf(status.code()), out);
    Protobuf.putNumber(Schema.STATUS_OUTCOME, outcomeNumber(status), out);
    Protobuf.putText(Schema.STATUS_MESSAGE, status.message(), out);
    StringEntries.put(Schema.STATUS_DETAILS, status.details(), out);
  }

  static Status read(WireInput in) throws MalformedPacketException {
    long code = OK;
    Outcome outcome = Outcome.UNKNOWN;
    String message = "";
    StringEntries details = null;
    int outer = in.enter();
    while (in.hasMore()) {
      switch (in.field()) {
        case Schema.STATUS_CODE -> code = in.number();
        case Schema.STATUS_OUTCOME -> outcome = outcomeOf(in.number());
        case Schema.STATUS_MESSAGE -> message = in.text("message", WireLimits.MAX_MESSAGE);
        case Schema.STATUS_DETAILS -> {
          if (details == null) {
            details = new StringEntries("details");
          }
          details.read(in);
        }
        default -> in.skip();
      }
    }
    in.leave(outer);
    if (code == OK && message.isEmpty() && details == null) {
      return Status.OK;
    }
    return new Status(
        codeOf(code),
        code == OK ? Outcome.PROCESSED : outcome,
        message,
        details == null ? Map.of() : details.toMap());
  }

  /** gRPC's numbers, so that there is one table of them in the project. */
  static int numberOf(@Nullable Code code) {
    return code == null ? OK : code.grpcStatus();
  }

  static int numberOf(Outcome outcome) {
    return switch (outcome) {
      case UNKNOWN -> 0;
      case NOT_SENT -> 1;
      case PROCESSED -> 2;
    };
  }

  /** What ended well was processed: that goes without saying. */
  private static int outcomeNumber(Status status) {
    return status.isOk() ? 0 : numberOf(status.outcome());
  }

  /** A code of a later version is a failure all the same: {@link Code#INTERNAL}. */
  private static @Nullable Code codeOf(long number) {
    if (number == OK) {
      return null;
    }
    for (Code code : CODES) {
      if (code.grpcStatus() == number) {
        return code;
      }
    }
    return Code.INTERNAL;
  }

  private static Outcome outcomeOf(long number) {
    if (number == numberOf(Outcome.NOT_SENT)) {
      return Outcome.NOT_SENT;
    }
    return number == numberOf(Outcome.PROCESSED) ? Outcome.PROCESSED : Outcome.UNKNOWN;
  }
}
