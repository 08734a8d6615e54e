package io.agentchannel;

/**
 * Why a call failed. gRPC's names where gRPC has one, with gRPC's meaning.
 *
 * <p>This is the one table that maps a failure to an HTTP status (RFC 9110), a gRPC status and the
 * exit code of the command line. Whether the handler ran is not told by the code but by {@link
 * Outcome}.
 */
public enum Code {
  /** The caller, or someone who completed its future, gave the call up. */
  CANCELLED(1, 499, 130),
  /** The request cannot be read as what the operation takes, or is larger than allowed. */
  INVALID_ARGUMENT(3, 400, 4),
  /** The deadline passed first; the handler may still have run, see {@link Outcome}. */
  DEADLINE_EXCEEDED(4, 504, 5),
  /** No such agent at this address. A missing operation is {@link #UNIMPLEMENTED}. */
  NOT_FOUND(5, 404, 3),
  /** The idempotency key was used before, with another request. */
  ALREADY_EXISTS(6, 422, 4),
  /** Who calls is proven, and may not do this. Without proof it is {@link #UNAUTHENTICATED}. */
  PERMISSION_DENIED(7, 403, 4),
  /** A bound was reached: exchanges, bytes, memory. Trying again later may work. */
  RESOURCE_EXHAUSTED(8, 429, 4),
  /** The system is not in the state that the call needs; the same call fails again until it is. */
  FAILED_PRECONDITION(9, 400, 4),
  /** The agent has no such operation, or serves it as another kind. */
  UNIMPLEMENTED(12, 404, 4),
  /** A fault inside a runtime or an unexpected exception in a handler; its log has the details. */
  INTERNAL(13, 500, 4),
  /** The peer cannot be reached now. Trying again is right when the outcome allows it. */
  UNAVAILABLE(14, 503, 3),
  /** The caller did not prove who it is. */
  UNAUTHENTICATED(16, 401, 4),
  /** The handler failed the call on purpose; message and details are its own. */
  APPLICATION(2, 502, 4);

  private final int grpcStatus;
  private final int httpStatus;
  private final int exitCode;

  Code(int grpcStatus, int httpStatus, int exitCode) {
    this.grpcStatus = grpcStatus;
    this.httpStatus = httpStatus;
    this.exitCode = exitCode;
  }

  /** The number of the gRPC status; {@link #APPLICATION} is gRPC's UNKNOWN. */
  public int grpcStatus() {
    return grpcStatus;
  }

  /** The HTTP status of a response to a plain HTTP client. */
  public int httpStatus() {
    return httpStatus;
  }

  /** What {@code agentchannel call} exits with. */
  public int exitCode() {
    return exitCode;
  }
}
