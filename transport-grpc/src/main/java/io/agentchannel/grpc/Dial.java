package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.netty.internal.Addresses;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.EventLoops;
import io.agentchannel.netty.internal.Problems;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.TransportContext;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach an endpoint: a connection of its own, and on it a {@code Connect} call that
 * the other side has answered. Ends with a link or with the reason why not, once; whoever completes
 * the future first, a canceller say, ends the attempt and closes its socket. Afterwards it hears
 * for the link what gRPC says.
 */
final class Dial extends ClientCall.Listener<ByteBuffer> {
  private final Endpoint endpoint;
  private final Way way;
  private final Settings settings;
  private final EventLoop loop;
  private final Class<? extends Channel> socket;
  private final OpenCalls open;
  private final TransportContext context;
  private final CompletableFuture<Link> future = new CompletableFuture<>();
  private volatile @Nullable ManagedChannel connection;
  private volatile @Nullable ClientCall<ByteBuffer, ByteBuffer> call;
  private volatile @Nullable GrpcLink link;

  private Dial(
      Endpoint endpoint,
      Settings settings,
      EventLoops loops,
      OpenCalls open,
      TransportContext context) {
    this.endpoint = endpoint;
    this.way = new Way(endpoint, context);
    this.settings = settings;
    this.loop = loops.group().next();
    this.socket = loops.socket();
    this.open = open;
    this.context = context;
  }

  static CompletableFuture<Link> start(
      Endpoint endpoint,
      Settings settings,
      EventLoops loops,
      OpenCalls open,
      TransportContext context) {
    Dial dial = new Dial(endpoint, settings, loops, open, context);
    try {
      dial.limit();
      context.workers().execute(dial::connect);
    } catch (RejectedExecutionException closed) {
      dial.fail(closed);
    }
    return dial.future;
  }

  private void limit() {
    Future<?> limit =
        context
            .timers()
            .schedule(
                () -> fail(Code.UNAVAILABLE, "no answer within " + settings.connectTimeout()),
                settings.connectTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
    future.whenComplete(
        (made, failure) -> {
          limit.cancel(false);
          if (failure != null) {
            hangUp();
          }
        });
  }

  private void connect() {
    try {
      ManagedChannel made =
          ClientChannels.to(way, settings, loop, socket, context)
              .maxInboundMessageSize(PacketMarshaller.messageSize(Settings.MAX_PACKET))
              .build();
      connection = made;
      open.add(made);
      if (future.isDone()) {
        hangUp();
        return;
      }
      ClientCall<ByteBuffer, ByteBuffer> started =
          made.newCall(
              AgentService.CONNECT,
              CallOptions.DEFAULT.withOnReadyThreshold(Settings.READY_THRESHOLD));
      call = started;
      started.start(this, new Metadata());
    } catch (RuntimeException failure) {
      fail(failure);
    }
  }

  // From gRPC.

  @Override
  public void onHeaders(Metadata headers) {
    ManagedChannel made = connection;
    ClientCall<ByteBuffer, ByteBuffer> started = call;
    if (made == null || started == null) {
      return;
    }
    LinkInfo info;
    try {
      info = info(started.getAttributes());
    } catch (AgentException unproven) {
      fail(unproven);
      return;
    }
    GrpcLink answered = new GrpcLink(new ClientStream(made, started), loop, info);
    link = answered;
    open.add(answered);
    if (!future.complete(answered)) {
      hangUp();
    }
  }

  private LinkInfo info(Attributes transport) {
    SSLSession session = transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    AgentId proven = session == null ? null : context.tls().provenPeer(session);
    return new LinkInfo(
        endpoint.scheme(),
        Addresses.text(transport.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR)),
        endpoint.toString(),
        Settings.MAX_PACKET,
        LinkInfo.Path.DIRECT,
        proven);
  }

  @Override
  public void onMessage(ByteBuffer packet) {
    GrpcLink made = link;
    if (made != null) {
      made.onPacket(packet);
    }
  }

  @Override
  public void onReady() {
    GrpcLink made = link;
    if (made != null) {
      made.onReady();
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    GrpcLink made = link;
    if (made == null) {
      future.completeExceptionally(way.unanswered(status));
    } else {
      made.onGone(status.isOk() ? null : GrpcLink.unavailable(Way.describe(status)));
    }
    hangUp();
  }

  private void hangUp() {
    ManagedChannel made = connection;
    if (made != null) {
      made.shutdownNow();
    }
  }

  private void fail(Code code, String what) {
    fail(Problems.of(code, endpoint, what, null));
  }

  private void fail(Throwable failure) {
    future.completeExceptionally(Problems.connecting(endpoint, failure));
  }
}
