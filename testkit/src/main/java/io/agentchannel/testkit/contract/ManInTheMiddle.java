package io.agentchannel.testkit.contract;

import io.agentchannel.AgentId;
import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Somebody on the way between two agents: takes links as a listening agent does, makes a link
 * onward for each, and passes every packet through a {@link Script}, which can read, change, keep,
 * repeat and invent packets. Works over any transport, since it knows no more of links than their
 * interface. Thread-safe; whoever made it closes it.
 */
public final class ManInTheMiddle implements AutoCloseable {

  /** Which way a packet goes. */
  public enum Direction {
    TO_TARGET,
    TO_CALLER
  }

  /** One packet as it came. */
  public record Packet(Direction direction, byte[] bytes) {}

  /** What is done to packets. Called serially for each direction of a passage. */
  @FunctionalInterface
  public interface Script {
    /** Passes everything on. */
    Script HONEST = (passage, direction, number, packet) -> passage.send(direction, packet);

    /**
     * @param number of the packet in its direction of this passage, from 1
     * @param packet a copy of its own
     */
    void onPacket(Passage passage, Direction direction, int number, byte[] packet);
  }

  private final URI target;
  private final AgentId targetId;
  private final Script script;
  private final Transport transport;
  private final BareContext inside;
  private final BareContext outside;
  private final Binding binding;
  private final Queue<Packet> seen = new ConcurrentLinkedQueue<>();
  private final Queue<Passage> passages = new ConcurrentLinkedQueue<>();

  private ManInTheMiddle(
      URI listenAt, URI target, AgentId targetId, Map<String, String> options, Script script)
      throws Exception {
    this.target = target;
    this.targetId = targetId;
    this.script = script;
    this.transport = transportOf(listenAt);
    this.inside = new BareContext(options, targetId, this::arrived);
    this.outside = new BareContext(options);
    this.binding =
        transport.listen(listenAt, inside).toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  /**
   * @param listenAt where to be reached instead of the target, on a free port
   * @param targetId as whom
   * @param options that the transport finds
   */
  public static ManInTheMiddle between(
      URI listenAt, URI target, AgentId targetId, Map<String, String> options, Script script)
      throws Exception {
    return new ManInTheMiddle(listenAt, target, targetId, options, script);
  }

  private static Transport transportOf(URI endpoint) {
    String scheme = endpoint.getScheme().toLowerCase(Locale.ROOT);
    return ServiceLoader.load(Transport.class, Transport.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(transport -> transport.schemes().contains(scheme))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no transport for " + endpoint));
  }

  /** Where callers come by. */
  public URI entrance() {
    return binding.endpoint();
  }

  /** Every packet that came, in the order of their arrival. */
  public List<Packet> seen() {
    return new ArrayList<>(seen);
  }

  /** How many links came by. */
  public int passages() {
    return passages.size();
  }

  private void arrived(Link fromCaller) {
    Passage passage = new Passage(fromCaller, script, seen::add);
    passages.add(passage);
    transport
        .connect(target, targetId, outside)
        .whenComplete(
            (onward, failure) -> {
              if (failure == null) {
                passage.begin(onward);
              } else {
                fromCaller.close();
              }
            });
  }

  /**
   * Makes a link of its own to the target and says there what it likes.
   *
   * @return the link's passage, which has no caller's side
   */
  public Passage dial() throws Exception {
    Link onward =
        transport.connect(target, targetId, outside).toCompletableFuture().get(5, TimeUnit.SECONDS);
    Passage passage = new Passage(null, script, seen::add);
    passages.add(passage);
    passage.begin(onward);
    return passage;
  }

  @Override
  public void close() {
    passages.forEach(Passage::cut);
    binding.close();
    transport.close();
    inside.close();
    outside.close();
  }
}
