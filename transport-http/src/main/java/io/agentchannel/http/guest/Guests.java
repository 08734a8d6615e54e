package io.agentchannel.http.guest;

import io.agentchannel.http.internal.server.Resource;
import io.agentchannel.http.webhook.WebhookSender;
import io.agentchannel.spi.TransportContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What plain HTTP clients reach of one agent. A server serves {@link #resources} after its own; all
 * of them work at any base path, over HTTP/1.1 and HTTP/2.
 *
 * <ul>
 *   <li>{@code POST {base}/agents/{agent}/{operation}} calls.
 *   <li>{@code GET} and {@code DELETE {base}/exchanges/{id}} poll and cancel what a call with
 *       {@code Prefer} or {@code Callback-Url} was answered with.
 *   <li>{@code GET {base}/.well-known/agent-card.json} says what the agent says of itself.
 *   <li>{@code GET {base}/health} says that somebody is here, and asks for no admission.
 * </ul>
 *
 * <p>Who is admitted, and to what, is for {@link TransportContext#guests} to say. Thread-safe. One
 * for a transport: exchanges are found whatever port they began at.
 */
public final class Guests implements AutoCloseable {
  private final Exchanges exchanges;
  private final @Nullable WebhookSender sender;
  private final List<Resource> resources;

  private Guests(Exchanges exchanges, @Nullable WebhookSender sender, List<Resource> resources) {
    this.exchanges = exchanges;
    this.sender = sender;
    this.resources = resources;
  }

  /**
   * @throws io.agentchannel.AgentException if an option has a value that it cannot have
   */
  public static Guests of(TransportContext context) {
    WebhookSender sender = WebhookSender.of(context);
    Callbacks callbacks = new SignedCallbacks(sender);
    Settings settings = Settings.of(context.options());
    Exchanges exchanges = new Exchanges(settings, context.timers());
    return new Guests(
        exchanges,
        sender,
        Stream.of(
                new CallResource(context.guests(), settings, exchanges, callbacks),
                new ExchangeResource(context.guests(), exchanges),
                new CardResource(context),
                new HealthResource())
            .<Resource>map(resource -> new CrossOrigin(resource, context.guests()))
            .toList());
  }

  /** The options of plain clients, for the transport to name among its own. */
  public static Set<String> optionKeys() {
    Set<String> keys = new HashSet<>(Settings.KEYS);
    keys.addAll(WebhookSender.KEYS);
    return keys;
  }

  /** What to serve; each owns paths that none of the others owns. */
  public List<Resource> resources() {
    return resources;
  }

  /** Cancels what runs asynchronously, gives up what is not delivered. Twice does nothing. */
  @Override
  public void close() {
    exchanges.close();
    if (sender != null) {
      sender.close();
    }
  }
}
