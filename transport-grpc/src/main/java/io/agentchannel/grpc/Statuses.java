package io.agentchannel.grpc;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.OneLine;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a failure becomes a gRPC status with trailers, and the other way. The
 * trailers are described in {@code agent_service.proto}.
 */
final class Statuses {
  private static final Metadata.Key<String> CODE = Visitors.key("agentchannel-code");
  private static final Metadata.Key<String> OUTCOME = Visitors.key("agentchannel-outcome");
  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));
  private static final String DOMAIN = "agentchannel";

  /** More than this of a description or of details may not fit a client's limit for trailers. */
  private static final int MOST_TEXT = 1024;

  private static final int MOST_DETAILS = 2048;

  private Statuses() {}

  static Status of(AgentException failure) {
    return Status.fromCodeValue(failure.code().grpcStatus()).withDescription(text(failure));
  }

  static Metadata trailers(AgentException failure) {
    Metadata trailers = new Metadata();
    trailers.put(CODE, failure.code().name());
    trailers.put(OUTCOME, failure.outcome().name());
    if (!failure.details().isEmpty()) {
      com.google.rpc.Status details =
          com.google.rpc.Status.newBuilder()
              .setCode(failure.code().grpcStatus())
              .setMessage(text(failure))
              .addDetails(
                  Any.pack(
                      ErrorInfo.newBuilder()
                          .setReason(failure.code().name())
                          .setDomain(DOMAIN)
                          .putAllMetadata(failure.details())
                          .build()))
              .build();
      if (details.getSerializedSize() <= MOST_DETAILS) {
        trailers.put(DETAILS, details);
      }
    }
    return trailers;
  }

  static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, AgentException refused) {
    call.close(of(refused), trailers(refused));
    return new ServerCall.Listener<>() {};
  }

  /**
   * What a service's status means to the caller.
   *
   * @param reached whether the request may have reached the service
   */
  static AgentException toException(
      Status status, @Nullable Metadata trailers, boolean reached, String where) {
    Map<String, String> details = new HashMap<>(detailsOf(trailers));
    details.put("grpc-status", status.getCode().name());
    String said = status.getDescription();
    return new AgentException(
        named(Code.values(), trailers, CODE)
            .filter(code -> code.grpcStatus() == status.getCode().value())
            .orElse(codeOf(status.getCode())),
        reached
            ? named(Outcome.values(), trailers, OUTCOME).orElse(Outcome.UNKNOWN)
            : Outcome.NOT_SENT,
        where + ": " + (said == null ? status.getCode().name() : OneLine.of(said)),
        details,
        status.getCause());
  }

  /** gRPC has a few codes that this library has no name for; the details keep them apart. */
  private static Code codeOf(Status.Code code) {
    return switch (code) {
      case OUT_OF_RANGE -> Code.INVALID_ARGUMENT;
      case ABORTED -> Code.APPLICATION;
      case OK, DATA_LOSS -> Code.INTERNAL;
      default ->
          Arrays.stream(Code.values())
              .filter(known -> known.grpcStatus() == code.value())
              .findFirst()
              .orElse(Code.INTERNAL);
    };
  }

  private static <E extends Enum<E>> Optional<E> named(
      E[] values, @Nullable Metadata trailers, Metadata.Key<String> key) {
    String name = trailers == null ? null : trailers.get(key);
    return Arrays.stream(values).filter(value -> value.name().equals(name)).findFirst();
  }

  private static Map<String, String> detailsOf(@Nullable Metadata trailers) {
    try {
      com.google.rpc.Status details = trailers == null ? null : trailers.get(DETAILS);
      if (details == null) {
        return Collections.emptyMap();
      }
      for (Any detail : details.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          return detail.unpack(ErrorInfo.class).getMetadataMap();
        }
      }
    } catch (Exception malformed) {
      // The status itself is what counts.
    }
    return Collections.emptyMap();
  }

  private static String text(AgentException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.length() <= MOST_TEXT ? message : message.substring(0, MOST_TEXT) + "...";
  }
}
