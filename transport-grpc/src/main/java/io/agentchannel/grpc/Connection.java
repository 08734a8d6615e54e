package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.HalfOpen;
import io.agentchannel.spi.GuestCalls;
import io.agentchannel.spi.GuestCalls.Guest;
import io.agentchannel.spi.GuestCalls.Visit;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection, and who calls on it. Until a call has been let in it is a stranger's:
 * those are few at a time, and each for ten seconds. It stands before gRPC's own handlers, so that
 * it can close the socket where those would take leave in order first. On its event loop only.
 */
final class Connection extends ChannelInboundHandlerAdapter {
  private static final int PATIENCE_SECONDS = 10;

  /** A client has one token, or a few; who tries many is not one. */
  private static final int MOST_GUESTS = 16;

  private final Connections connections;
  private final HalfOpen strangers;
  private final Map<Visit, Guest> guests = new HashMap<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Future<?> patience;
  private boolean gone;

  Connection(Connections connections, HalfOpen strangers) {
    this.connections = connections;
    this.strangers = strangers;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    strangers.add(ctx.channel());
    patience = ctx.executor().schedule(this::cut, PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    connections.add(ctx.channel().remoteAddress(), this);
    ctx.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    connections.remove(ctx.channel().remoteAddress(), this);
    forgetStranger();
    ctx.fireChannelInactive();
    guests.values().forEach(Guest::close);
    guests.clear();
  }

  @Nullable InetAddress address() {
    return context != null && context.channel().remoteAddress() instanceof InetSocketAddress inet
        ? inet.getAddress()
        : null;
  }

  EventLoop loop() {
    if (context == null) {
      throw new IllegalStateException("no channel yet");
    }
    return context.channel().eventLoop();
  }

  /** Somebody here has been let in. */
  void admitted() {
    forgetStranger();
  }

  /**
   * Who calls: the same guest as long as it shows the same, so that its calls count together.
   *
   * @throws AgentException if it is not let in; the message is fit for the client
   */
  Guest admit(Visit visit, GuestCalls door) {
    Guest known = guests.get(visit);
    if (known != null) {
      return known;
    }
    if (gone || guests.size() >= MOST_GUESTS) {
      throw new AgentException(
          Code.RESOURCE_EXHAUSTED,
          Outcome.NOT_SENT,
          "too many different clients on one connection");
    }
    Guest guest = door.admit(visit);
    guests.put(visit, guest);
    admitted();
    return guest;
  }

  /** Closes the socket without a word. */
  void cut() {
    if (context != null) {
      context.close();
    }
  }

  private void forgetStranger() {
    if (patience != null) {
      patience.cancel(false);
      patience = null;
      if (context != null) {
        strangers.remove(context.channel());
      }
    }
  }
}
