package io.agentchannel.core.exchange;

import io.agentchannel.AgentException;
import io.agentchannel.Payload;
import io.agentchannel.Requests;

/** The caller's hand on an exchange that it has opened. Thread-safe. */
final class OpenerRequests implements Requests {
  private final Guard guard;
  private final OpenerExchange exchange;

  OpenerRequests(OpenerExchange exchange) {
    this.guard = exchange.guard;
    this.exchange = exchange;
  }

  @Override
  public void item(Payload item, boolean last) {
    guard.enter();
    try {
      exchange.give(item, last);
    } finally {
      guard.exit();
    }
  }

  @Override
  public void complete() {
    guard.enter();
    try {
      exchange.halfClose();
    } finally {
      guard.exit();
    }
  }

  @Override
  public void cancel(AgentException reason) {
    guard.enter();
    try {
      exchange.giveUp(reason);
    } finally {
      guard.exit();
    }
  }

  @Override
  public boolean isReady() {
    return exchange.isReady();
  }

  @Override
  public void onReady() {
    // Room for replies is told by taken(), which names the bytes; a hint adds nothing to it.
  }

  @Override
  public void taken(int count) {
    exchange.taken(count);
  }
}
