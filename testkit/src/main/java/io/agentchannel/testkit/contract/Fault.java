package io.agentchannel.testkit.contract;

import io.agentchannel.testkit.MemoryNetwork;
import io.agentchannel.testkit.TcpProxy;
import java.net.URI;
import java.util.Map;

/**
 * What a test can do to the network in front of a listening agent. Thread-safe; whoever made it
 * closes it.
 */
public interface Fault extends AutoCloseable {

  /** Where to connect so that the faults strike. */
  URI entrance();

  /**
   * What a caller that comes this way needs in its configuration, so that what comes back to it
   * passes the fault, too.
   */
  default Map<String, Object> callerConfig() {
    return Map.of();
  }

  /** Breaks every link that came this way; new ones are taken at once. */
  void cut();

  /** Breaks every link and takes no new ones until {@link #heal}. */
  void isolate();

  /** Takes new links again. */
  void heal();

  /** Makes the links that exist half-open: nothing passes, nobody is told. New ones work. */
  void freeze();

  @Override
  void close();

  /** For {@code memory} endpoints. */
  static Fault inMemory(URI endpoint) {
    String name = MemoryNetwork.nameOf(endpoint);
    return new Fault() {
      @Override
      public URI entrance() {
        return endpoint;
      }

      @Override
      public void cut() {
        MemoryNetwork.cut(name);
      }

      @Override
      public void isolate() {
        MemoryNetwork.partition(name);
      }

      @Override
      public void heal() {
        MemoryNetwork.heal(name);
      }

      @Override
      public void freeze() {
        MemoryNetwork.freeze(name);
      }

      @Override
      public void close() {
        MemoryNetwork.heal(name);
      }
    };
  }

  /** For endpoints with a host and a TCP port: puts a {@link TcpProxy} in front. */
  static Fault overTcp(URI endpoint) {
    TcpProxy proxy = TcpProxy.to(endpoint);
    return new Fault() {
      @Override
      public URI entrance() {
        return proxy.through(endpoint);
      }

      @Override
      public void cut() {
        proxy.restart();
      }

      @Override
      public void isolate() {
        proxy.refuse();
        proxy.cut();
      }

      @Override
      public void heal() {
        proxy.accept();
      }

      @Override
      public void freeze() {
        proxy.freezeOpen();
      }

      @Override
      public void close() {
        proxy.close();
      }
    };
  }
}
