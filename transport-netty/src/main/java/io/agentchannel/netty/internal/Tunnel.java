package io.agentchannel.netty.internal;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.spi.HttpProxy;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyConnectException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The way to an endpoint through an HTTP proxy, which is asked by CONNECT (RFC 9110, section 9.3.6)
 * and resolves the endpoint's name itself.
 */
public final class Tunnel {
  /** The proxy handler has the status nowhere but in its message. */
  private static final Pattern STATUS = Pattern.compile("status: ([0-9]{3})\\b");

  private final Endpoint endpoint;
  private final HttpProxy proxy;

  public Tunnel(Endpoint endpoint, HttpProxy proxy) {
    this.endpoint = endpoint;
    this.proxy = proxy;
  }

  HttpProxy proxy() {
    return proxy;
  }

  /** The first handler of a connection to the endpoint; it goes to the proxy instead. */
  ChannelHandler handler(InetSocketAddress at) {
    String user = proxy.user();
    HttpProxyHandler handler =
        user == null
            ? new HttpProxyHandler(at)
            : new HttpProxyHandler(at, user, proxy.password() == null ? "" : proxy.password());
    // The attempt as a whole has a limit.
    handler.setConnectTimeoutMillis(0);
    return handler;
  }

  /** What a failure says about the proxy; null if it is none of the proxy's. */
  public @Nullable AgentException problem(Throwable failure) {
    Throwable cause = failure.getCause();
    if (failure instanceof ProxyConnectException refused) {
      return refused(refused);
    }
    return cause instanceof ProxyConnectException refused ? refused(refused) : null;
  }

  /** The proxy itself could not be reached. */
  public AgentException unreachable(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    String what;
    if (failure instanceof UnknownHostException) {
      what = "has a host name that is not known";
    } else if (failure instanceof ConnectException && message.contains("refused")) {
      what = "refused the connection; is it running there?";
    } else {
      what = "cannot be reached: " + OneLine.of(message);
    }
    return of(Code.UNAVAILABLE, what, failure);
  }

  private AgentException refused(ProxyConnectException failure) {
    Matcher status = STATUS.matcher(String.valueOf(failure.getMessage()));
    if (!status.find()) {
      return of(Code.UNAVAILABLE, "closed the connection", failure);
    }
    int code = Integer.parseInt(status.group(1));
    if (code == HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED.code()) {
      String what =
          proxy.user() == null
              ? "wants a user and a password (407); set proxy to"
                  + " http://user:password@host:port"
              : "does not take this user and password (407); correct proxy";
      return of(Code.FAILED_PRECONDITION, what, failure);
    }
    HttpStatusClass kind = HttpStatusClass.valueOf(code);
    if (kind == HttpStatusClass.UNKNOWN) {
      return of(Code.FAILED_PRECONDITION, "does not speak HTTP; is it an HTTP proxy?", failure);
    }
    // The code's own phrase: the proxy's could be any text.
    return of(
        kind == HttpStatusClass.SERVER_ERROR ? Code.UNAVAILABLE : Code.FAILED_PRECONDITION,
        "made no connection (it answered HTTP " + HttpResponseStatus.valueOf(code) + ")",
        failure);
  }

  private AgentException of(Code code, String what, Throwable failure) {
    return Problems.of(code, endpoint, "the proxy " + proxy + " " + what, failure);
  }
}
