package io.agentchannel.http;

import io.agentchannel.testkit.contract.Fault;
import java.net.URI;
import java.util.Map;

/** A fault that strikes on the way to a listening agent and on the way back to its caller. */
final class CallbackFault implements Fault {
  private final Fault there;
  private final Fault back;
  private final int callerPort;
  private final Runnable closeBetween;

  private CallbackFault(Fault there, Fault back, int callerPort, Runnable closeBetween) {
    this.there = there;
    this.back = back;
    this.callerPort = callerPort;
    this.closeBetween = closeBetween;
  }

  /**
   * @param callback the scheme of callbacks, {@code http} or {@code https}
   */
  static CallbackFault before(URI endpoint, String callback) {
    int port = FreePorts.next();
    return new CallbackFault(Fault.overTcp(endpoint), before(callback, port), port, () -> {});
  }

  /** The same where callbacks pass such a network as {@link LossySchemes} has. */
  static CallbackFault beforeLossy(URI endpoint) {
    int port = FreePorts.next();
    HttpProxy lossy = LossySchemes.proxyTo(port);
    return new CallbackFault(
        Fault.overTcp(endpoint), before("http", lossy.port()), port, lossy::close);
  }

  private static Fault before(String scheme, int port) {
    return Fault.overTcp(URI.create(scheme + "://127.0.0.1:" + port));
  }

  @Override
  public URI entrance() {
    return there.entrance();
  }

  @Override
  public Map<String, Object> callerConfig() {
    return Map.of(
        "webhook.listen",
        "127.0.0.1:" + callerPort,
        "webhook.callback",
        back.entrance().toString());
  }

  @Override
  public void cut() {
    there.cut();
    back.cut();
  }

  @Override
  public void isolate() {
    there.isolate();
    back.isolate();
  }

  @Override
  public void heal() {
    back.heal();
    there.heal();
  }

  @Override
  public void freeze() {
    there.freeze();
    back.freeze();
  }

  @Override
  public void close() {
    there.close();
    back.close();
    closeBetween.run();
  }
}
