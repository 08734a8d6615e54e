package io.agentchannel.it;

/** A broker that a test has started, on the loopback address. */
interface RunningBroker extends AutoCloseable {
  int port();

  default String uri() {
    return "mqtt://127.0.0.1:" + port();
  }
}
