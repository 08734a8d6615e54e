package io.agentchannel.http.service;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import io.agentchannel.http.internal.okhttp.OkHttp;
import io.agentchannel.spi.PlainService;
import io.agentchannel.spi.TransportContext;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** A plain HTTP service: one client for all calls to it, made with the first. */
final class HttpService implements PlainService {
  /** Each takes a thread until its response is read. */
  private static final int MOST_REQUESTS = 1024;

  private final ServiceEndpoint endpoint;
  private final Settings settings;
  private final TransportContext context;
  private final Set<ServiceCall> running = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable CompletableFuture<OkHttpClient> client;
  private boolean closed;

  HttpService(ServiceEndpoint endpoint, Settings settings, TransportContext context) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.context = context;
  }

  @Override
  public Requests start(Call call, Replies replies) {
    if (!call.kind().hasOneRequest()) {
      replies.end(
          new AgentException(
              Code.UNIMPLEMENTED,
              Outcome.NOT_SENT,
              "a plain HTTP service takes one request and cannot hold a conversation"));
      return Requests.ended();
    }
    ServiceCall made = new ServiceCall(this, call, replies);
    running.add(made);
    return made;
  }

  ServiceEndpoint endpoint() {
    return endpoint;
  }

  Settings settings() {
    return settings;
  }

  TransportContext context() {
    return context;
  }

  void ended(ServiceCall call) {
    running.remove(call);
  }

  /** Fails if the service is closed, or its certificates cannot be read; then it is tried again. */
  CompletableFuture<OkHttpClient> client() {
    lock.lock();
    try {
      if (closed) {
        return CompletableFuture.failedFuture(closing(Outcome.NOT_SENT));
      }
      if (client == null || client.isCompletedExceptionally()) {
        client = CompletableFuture.supplyAsync(this::newClient, context.workers());
      }
      return client;
    } catch (RejectedExecutionException noWorkers) {
      return CompletableFuture.failedFuture(closing(Outcome.NOT_SENT));
    } finally {
      lock.unlock();
    }
  }

  private OkHttpClient newClient() {
    return OkHttp.client(
            "http-service",
            MOST_REQUESTS,
            settings.connectTimeout(),
            endpoint.endpoint().isTls(),
            context)
        // The last place from which nothing has been sent.
        .addNetworkInterceptor(
            chain -> {
              ServiceCall call = chain.request().tag(ServiceCall.class);
              if (call != null) {
                call.sending();
              }
              return chain.proceed(chain.request());
            })
        .build();
  }

  private static AgentException closing(Outcome outcome) {
    return new AgentException(Code.UNAVAILABLE, outcome, "this agent is closed, or is closing");
  }

  @Override
  public void close() {
    CompletableFuture<OkHttpClient> made;
    lock.lock();
    try {
      closed = true;
      made = client;
    } finally {
      lock.unlock();
    }
    running.forEach(call -> call.cancel(closing(Outcome.UNKNOWN)));
    if (made != null) {
      made.thenAccept(OkHttp::close);
    }
  }
}
