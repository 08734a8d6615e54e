package io.agentchannel.http.service;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.OneLine;
import io.agentchannel.netty.internal.Problems;
import java.io.IOException;
import java.net.ConnectException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Response;

/** The one place where what a service says, or does not say, becomes an error. */
final class ServiceFailures {
  private static final long MOST_OF_A_PROBLEM = 64 * 1024;

  private ServiceFailures() {}

  /** Nothing has reached the service. */
  static AgentException connecting(Endpoint endpoint, Throwable failure) {
    if (failure instanceof SSLPeerUnverifiedException) {
      return Problems.of(
          Code.FAILED_PRECONDITION,
          endpoint,
          "the TLS handshake failed: the certificate is not for this host",
          failure);
    }
    Throwable cause = failure.getCause();
    boolean wraps = failure instanceof CompletionException || failure instanceof ConnectException;
    return Problems.connecting(endpoint, wraps && cause != null ? cause : failure);
  }

  /** The service may have got the request, and may have answered. */
  static AgentException lost(Endpoint endpoint, IOException failure) {
    return new AgentException(
        Code.UNAVAILABLE,
        Outcome.UNKNOWN,
        endpoint
            + ": the connection was lost before the reply was complete: "
            + OneLine.of(String.valueOf(failure.getMessage())),
        failure);
  }

  /** What a response says that is no success. */
  static AgentException of(Response response) {
    ProblemBody problem = ProblemBody.NONE;
    try {
      okio.BufferedSource body = response.body().source();
      body.request(MOST_OF_A_PROBLEM);
      problem = ProblemBody.read(body.getBuffer().readByteArray());
    } catch (IOException e) {
      // The status has to do.
    }
    int status = response.code();
    String reason = response.message().isEmpty() ? "" : " " + response.message();
    String message = problem.message();
    return new AgentException(
        problem.code() != null ? problem.code() : codeOf(status),
        problem.outcome() != null ? problem.outcome() : outcomeOf(status),
        message != null ? message : OneLine.of("the service answered " + status + reason),
        details(status, problem),
        null);
  }

  private static Map<String, String> details(int status, ProblemBody problem) {
    Map<String, String> details = new HashMap<>(problem.details());
    details.put("http.status", String.valueOf(status));
    return details;
  }

  /** What an event says that is called {@code error}. */
  static AgentException ofEvent(String data) {
    ProblemBody problem = ProblemBody.read(ResponseReader.utf8(data));
    String message = problem.message();
    return new AgentException(
        problem.code() != null ? problem.code() : Code.APPLICATION,
        problem.outcome() != null ? problem.outcome() : Outcome.PROCESSED,
        message != null ? message : OneLine.of(data),
        problem.details(),
        null);
  }

  /**
   * Of what the mapping of {@link Code#httpStatus} joins, the likelier. What tells of the way to
   * the service and not of the service is unavailable.
   */
  static Code codeOf(int status) {
    return switch (status) {
      case 400, 411, 413, 414, 415, 422, 431 -> Code.INVALID_ARGUMENT;
      case 401 -> Code.UNAUTHENTICATED;
      case 403 -> Code.PERMISSION_DENIED;
      case 404, 405, 501 -> Code.UNIMPLEMENTED;
      case 408, 502, 503 -> Code.UNAVAILABLE;
      case 429 -> Code.RESOURCE_EXHAUSTED;
      case 499 -> Code.CANCELLED;
      case 504 -> Code.DEADLINE_EXCEEDED;
      default -> status >= 500 ? Code.INTERNAL : Code.FAILED_PRECONDITION;
    };
  }

  /**
   * A client's mistake is the service's answer; of any other trouble, nobody knows when it came.
   */
  private static Outcome outcomeOf(int status) {
    return status >= 400 && status < 500 && status != 408 && status != 429 && status != 499
        ? Outcome.PROCESSED
        : Outcome.UNKNOWN;
  }
}
