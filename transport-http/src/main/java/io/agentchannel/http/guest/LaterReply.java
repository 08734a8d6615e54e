package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.http.guest.Callbacks.Callback;
import io.agentchannel.http.internal.server.Refusal;
import io.agentchannel.http.internal.server.Responder;
import io.agentchannel.http.internal.server.Response;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A reply that may come later: as the response if it is there in time, else by polling or as a
 * callback.
 */
final class LaterReply {
  private final CallRequest asked;
  private final Responder responder;
  private final Exchanges exchanges;
  private final Callbacks callbacks;
  private final int mostReply;

  LaterReply(
      CallRequest asked,
      Responder responder,
      Exchanges exchanges,
      Callbacks callbacks,
      int mostReply) {
    this.asked = asked;
    this.responder = responder;
    this.exchanges = exchanges;
    this.callbacks = callbacks;
    this.mostReply = mostReply;
  }

  /**
   * @throws Refusal if there is no room for it
   */
  void begin(Visitor visitor, Payload request) throws Refusal {
    Exchange exchange;
    try {
      boolean collects = asked.callback() != null;
      exchange = exchanges.open(visitor, collects ? mostReply : Exchange.WINDOW, collects);
    } catch (AgentException full) {
      throw Failures.refusal(full);
    }
    exchange.start(asked.call(), request);
    int patience = asked.preference().patienceSeconds();
    Runnable watch =
        exchange.watch(
            Watcher.Until.ENDED, 0, patience * 1000L, () -> answer(exchange, patience > 0));
    if (patience > 0) {
      responder.onGone(
          () -> {
            watch.run();
            if (asked.callback() == null) {
              // It has no way to learn of the exchange.
              exchanges.remove(exchange, Visitor.GONE);
            }
          });
    }
  }

  /** Refused before it ran, or over in time: what is there is the response. */
  private void answer(Exchange exchange, boolean waited) {
    ExchangeView view = exchange.view(0);
    AgentException failure = view.failure();
    boolean refused = failure != null && failure.outcome() == Outcome.NOT_SENT;
    if (view.done() && (refused || waited) && (refused || asked.callback() == null)) {
      exchanges.remove(exchange, Visitor.GONE);
      responder.send(view.collected().response(asked));
      return;
    }
    String location = asked.base() + "/exchanges/" + exchange.id();
    responder.send(
        Response.of(
                HttpResponseStatus.ACCEPTED,
                Payload.JSON,
                ("{\"exchange\":\"" + exchange.id() + "\",\"done\":" + view.done() + "}\n")
                    .getBytes(StandardCharsets.UTF_8))
            .with(
                Map.of(
                    "Location",
                    location,
                    "Retry-After",
                    "1",
                    "Preference-Applied",
                    asked.preference().applied())));
    URI callback = asked.callback();
    if (callback != null) {
      exchange.atEnd(() -> deliver(exchange, callback));
    }
  }

  private void deliver(Exchange exchange, URI url) {
    ExchangeView view = exchange.view(0);
    AgentException failure = view.failure();
    if (failure != null && failure.code() == Code.CANCELLED) {
      // The client itself has done that.
      return;
    }
    Payload reply = view.collected().payload();
    callbacks.deliver(
        new Callback(
            url,
            "msg_" + exchange.id(),
            Collected.contentType(reply),
            reply.toByteArray(),
            Map.of(
                "Agent-Exchange",
                exchange.id(),
                "Agent-Status",
                failure == null ? "OK" : failure.code().name())));
  }
}
