package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.netty.internal.Addresses;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.spi.LinkInfo;
import io.agentchannel.spi.TransportContext;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves {@code Connect}: each call is a link. */
final class ConnectHandler implements ServerCallHandler<ByteBuffer, ByteBuffer> {
  private static final Logger log = LoggerFactory.getLogger(ConnectHandler.class);

  private final Endpoint endpoint;
  private final OpenCalls open;
  private final TransportContext context;

  ConnectHandler(Endpoint endpoint, OpenCalls open, TransportContext context) {
    this.endpoint = endpoint;
    this.open = open;
    this.context = context;
  }

  @Override
  public ServerCall.Listener<ByteBuffer> startCall(
      ServerCall<ByteBuffer, ByteBuffer> call, Metadata headers) {
    Connection connection = Connections.of(call);
    if (connection == null) {
      return refuse(call, Status.UNAVAILABLE);
    }
    String origin = headers.get(Visitors.ORIGIN);
    if (origin != null && !context.guests().allowsOrigin(origin)) {
      return refuse(
          call,
          Status.PERMISSION_DENIED.withDescription(
              "web pages of this origin are not allowed here"));
    }
    LinkInfo info;
    try {
      info = info(call);
    } catch (AgentException unproven) {
      return Statuses.refuse(call, unproven);
    }
    connection.admitted();
    call.setOnReadyThreshold(Settings.READY_THRESHOLD);
    // The other side waits for them: they are the answer to its dial.
    call.sendHeaders(new Metadata());
    GrpcLink link = new GrpcLink(new ServerStream(connection, call), connection.loop(), info);
    open.add(link);
    try {
      context.accept(link);
    } catch (RuntimeException failure) {
      log.warn("a link from {} was not taken", link.info().remote(), failure);
      link.close();
    }
    return new Incoming(link);
  }

  private LinkInfo info(ServerCall<?, ?> call) {
    Attributes transport = call.getAttributes();
    SSLSession session = transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    AgentId proven = session == null ? null : context.tls().provenPeer(session);
    return new LinkInfo(
        endpoint.scheme(),
        endpoint.scheme() + "://" + Addresses.text(transport.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR)),
        Addresses.text(transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)),
        Settings.MAX_PACKET,
        LinkInfo.Path.DIRECT,
        proven);
  }

  static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, Status status) {
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }

  /** Hears for a link what gRPC says. */
  private static final class Incoming extends ServerCall.Listener<ByteBuffer> {
    private final GrpcLink link;

    Incoming(GrpcLink link) {
      this.link = link;
    }

    @Override
    public void onMessage(ByteBuffer packet) {
      link.onPacket(packet);
    }

    @Override
    public void onHalfClose() {
      link.onFinished();
    }

    @Override
    public void onReady() {
      link.onReady();
    }

    @Override
    public void onComplete() {
      link.onGone(null);
    }

    @Override
    public void onCancel() {
      link.onGone(GrpcLink.unavailable("the connection was cut"));
    }
  }
}
