package io.agentchannel.cli;

import io.agentchannel.AgentChannel;
import io.agentchannel.RouteReport;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Says why nothing happens when a peer has not been reached for some seconds: calls wait for a peer
 * that is not there yet, and whoever has mistyped an address should not have to wait in the dark.
 */
final class Patience implements AutoCloseable {
  private static final long SECONDS = 3;

  private final CountDownLatch over = new CountDownLatch(1);

  private Patience() {}

  static Patience with(AgentChannel channel, Console console) {
    Patience patience = new Patience();
    Thread thread = new Thread(() -> patience.watch(channel, console), "patience");
    thread.setDaemon(true);
    thread.start();
    return patience;
  }

  private void watch(AgentChannel channel, Console console) {
    try {
      if (over.await(SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      return;
    }
    for (RouteReport.Route route : channel.explain().routes()) {
      String error = route.lastError();
      // A refusal for want of an approval is no news: it ends the call, or is said by the command.
      if (route.state() != RouteReport.State.CONNECTED
          && error != null
          && !Approval.isWanted(error)) {
        console.say("waiting for " + route.endpoint() + ": " + error);
      }
    }
  }

  @Override
  public void close() {
    over.countDown();
  }
}
