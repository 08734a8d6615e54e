package io.agentchannel.netty.internal;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The one place where a failure to connect or to listen becomes a line that says what to do. */
public final class Problems {
  private static final int EACCES = -13;
  private static final int EADDRINUSE = -98;
  private static final int EADDRNOTAVAIL = -99;

  private Problems() {}

  public static AgentException connecting(Endpoint endpoint, Throwable failure) {
    if (failure instanceof AgentException known) {
      return known;
    }
    Throwable cause = failure.getCause();
    if (failure instanceof NotSslRecordException || cause instanceof NotSslRecordException) {
      return of(
          Code.FAILED_PRECONDITION,
          endpoint,
          "does not speak TLS; is it " + endpoint.kind().sibling() + "://?",
          failure);
    }
    if (failure instanceof SSLException || cause instanceof SSLException) {
      Throwable reason = deepest(failure);
      // A certificate stays as it is; anything else may be the network.
      Code code =
          reason instanceof GeneralSecurityException ? Code.FAILED_PRECONDITION : Code.UNAVAILABLE;
      return of(code, endpoint, "the TLS handshake failed: " + detail(reason), failure);
    }
    if (failure instanceof UnknownHostException) {
      return of(Code.UNAVAILABLE, endpoint, "the host name is not known", failure);
    }
    if (failure instanceof ConnectTimeoutException) {
      return of(Code.UNAVAILABLE, endpoint, "no answer", failure);
    }
    if (failure instanceof ConnectException && detail(failure).contains("refused")) {
      return of(
          Code.UNAVAILABLE, endpoint, "connection refused; is an agent listening there?", failure);
    }
    return of(Code.UNAVAILABLE, endpoint, "cannot be reached: " + detail(failure), failure);
  }

  public static AgentException listening(Endpoint endpoint, Throwable failure) {
    if (failure instanceof AgentException known) {
      return known;
    }
    String what;
    if (failure instanceof UnknownHostException) {
      what = "the host name is not known; listen at an address of this machine or at 0.0.0.0";
    } else if (isErrno(failure, EADDRINUSE, "already in use")) {
      what = "the port is in use; choose another or 0 for any free port";
    } else if (isErrno(failure, EADDRNOTAVAIL, "assign requested address")) {
      what = "this machine has no such address; listen at one of its own or at 0.0.0.0";
    } else if (isErrno(failure, EACCES, "ermission denied")) {
      what = "no permission for this port; choose one above 1023 or 0 for any free port";
    } else {
      what = "cannot listen here: " + detail(failure);
    }
    return of(Code.FAILED_PRECONDITION, endpoint, what, failure);
  }

  public static AgentException of(
      Code code, Endpoint endpoint, String what, @Nullable Throwable cause) {
    return new AgentException(code, Outcome.NOT_SENT, endpoint + ": " + what, cause);
  }

  /** Native transports give Linux's number, the JDK a text alone. */
  private static boolean isErrno(Throwable failure, int number, String text) {
    return failure instanceof NativeIoException error
        ? error.expectedErr() == number
        : failure instanceof BindException && detail(failure).contains(text);
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
