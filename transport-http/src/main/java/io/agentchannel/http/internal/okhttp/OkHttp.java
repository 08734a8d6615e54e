package io.agentchannel.http.internal.okhttp;

import io.agentchannel.spi.TransportContext;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/** Clients that go where the agent's configuration lets them. */
public final class OkHttp {
  private static final long IDLE_THREAD_SECONDS = 5;

  private OkHttp() {}

  /**
   * A client that follows no redirects and has no limit of time but the one to connect. Where
   * certificates are the agents' own, those it asks have none, and it trusts what the system does.
   * Reads certificates, so it blocks. Whoever made it ends it with {@link #close}.
   *
   * @param name of its threads, which are daemons
   * @param most requests at once; further ones wait
   */
  public static OkHttpClient.Builder client(
      String name, int most, Duration connectTimeout, boolean tls, TransportContext context) {
    return client(name, most, connectTimeout, tls, context, new ConfiguredProxies(context));
  }

  /** The same, for requests that go where strangers say: to allowed addresses only. */
  public static OkHttpClient.Builder guarded(
      String name,
      int most,
      Duration connectTimeout,
      Predicate<InetAddress> allowed,
      TransportContext context) {
    ConfiguredProxies proxies = new ConfiguredProxies(context);
    GuardedDns guard = new GuardedDns(allowed, proxies);
    return client(name, most, connectTimeout, /* tls= */ true, context, proxies)
        .dns(guard)
        .addNetworkInterceptor(guard);
  }

  private static OkHttpClient.Builder client(
      String name,
      int most,
      Duration connectTimeout,
      boolean tls,
      TransportContext context,
      ConfiguredProxies proxies) {
    Dispatcher dispatcher = new Dispatcher(threads(name));
    dispatcher.setMaxRequests(most);
    dispatcher.setMaxRequestsPerHost(most);
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .dispatcher(dispatcher)
            .proxySelector(proxies)
            .proxyAuthenticator(proxies)
            .followRedirects(false)
            .followSslRedirects(false)
            .connectTimeout(connectTimeout)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO);
    if (tls && !context.tls().isAgents()) {
      builder.sslSocketFactory(
          context.tls().client().getSocketFactory(), context.tls().clientTrust());
    }
    return builder;
  }

  private static ThreadPoolExecutor threads(String name) {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_THREAD_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "agentchannel-" + name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Ends its requests, threads and connections. Does not wait. */
  public static void close(OkHttpClient client) {
    client.dispatcher().cancelAll();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
