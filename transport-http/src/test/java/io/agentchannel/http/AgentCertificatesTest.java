package io.agentchannel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.CallOptions;
import io.agentchannel.Operation;
import io.agentchannel.ReplyStream;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import io.agentchannel.core.security.AgentTls;
import io.agentchannel.core.security.IdentityKey;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import io.agentchannel.testkit.TcpProxy;
import io.agentchannel.testkit.contract.BareContext;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tls: agent}: the certificates of both sides say who they are, on every connection. */
@Timeout(30)
class AgentCertificatesTest {
  private static final Unary<String, String> ECHO =
      Operation.unary("echo", String.class, String.class);
  private static final Streaming<Integer, Integer> COUNT =
      Operation.streaming("count", Integer.class, Integer.class);

  private final IdentityKey alice = IdentityKey.ephemeral();
  private final IdentityKey bob = IdentityKey.ephemeral();
  private final IdentityKey mallory = IdentityKey.ephemeral();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @AfterEach
  void closeAll() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  /** A transport of this agent, and its surroundings. */
  private final class Place {
    final BareContext context;
    final Transport transport = new HttpTransport();

    Place(IdentityKey of) {
      context = new BareContext(Map.of(), new AgentTls(of));
      opened.push(context);
      opened.push(transport);
    }

    URI listen(String at) throws Exception {
      return transport
          .listen(URI.create(at), context)
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS)
          .endpoint();
    }

    Link connect(URI endpoint) throws Exception {
      return transport
          .connect(endpoint, null, context)
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void bothEndsOfALinkThatPollsKnowWhoIsThere() throws Exception {
    Place bobs = new Place(bob);
    Link near = new Place(alice).connect(bobs.listen("https+poll://127.0.0.1:0"));

    assertThat(near.info().provenPeer()).isEqualTo(bob.id());
    assertThat(bobs.context.nextLink().info().provenPeer()).isEqualTo(alice.id());
  }

  @Test
  void anotherAgentCannotUseALinkWhoseIdItKnows() throws Exception {
    URI endpoint = new Place(bob).listen("https+poll://127.0.0.1:0");
    String made = ask(alice, endpoint, "POST /links");
    String link = "/links/" + made.replaceAll("(?is).*agent-link: (\\S+).*", "$1");

    assertThat(made).startsWith("HTTP/1.1 201 ");
    for (String request :
        List.of("GET " + link + "?wait=0", "POST " + link + "?batch=0", "DELETE " + link)) {
      assertThat(ask(mallory, endpoint, request)).as(request).startsWith("HTTP/1.1 403 ");
    }
    assertThat(ask(alice, endpoint, "GET " + link + "?wait=0")).startsWith("HTTP/1.1 204 ");
  }

  @Test
  void aLinkEndsWhenAnotherAgentIsThereInstead() throws Exception {
    TcpProxy way = TcpProxy.to(new Place(bob).listen("https+poll://127.0.0.1:0"));
    opened.push(way);
    Link near = new Place(alice).connect(URI.create("https+poll://127.0.0.1:" + way.port()));
    CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
    near.start(new Ending(end));
    way.close();
    new Place(mallory).listen("https+poll://127.0.0.1:" + way.port());
    near.send(ByteBuffer.wrap(new byte[] {1}));

    assertThat(end.get(10, TimeUnit.SECONDS))
        .isInstanceOf(AgentException.class)
        .hasMessageContaining("another agent than " + bob.id());
  }

  @ParameterizedTest
  @ValueSource(strings = {"https+poll", "https+webhook"})
  void agentsCallEachOtherAndRefuseAnotherThanTheConfigured(String scheme) {
    Agent library =
        open(
            builder("library")
                .listen(scheme + "://127.0.0.1:0")
                .serve(ECHO, (text, call) -> text)
                .serveStream(
                    COUNT,
                    (count, out, call) -> {
                      for (int i = 0; i < count; i++) {
                        out.send(i);
                      }
                    }));
    Agent caller =
        open(
            builder("caller")
                .peers(
                    Map.of(
                        "library", peer(library, library.id()), "other", peer(library, bob.id()))));
    AgentChannel channel = caller.channel("library");
    assertThat(channel.request(ECHO, "hello")).isEqualTo("hello");
    try (ReplyStream<Integer> stream = channel.stream(COUNT, 2_000)) {
      assertThat(stream).hasSize(2_000);
    }

    AgentException failure =
        catchThrowableOfType(
            AgentException.class,
            () ->
                caller
                    .channel("other")
                    .request(ECHO, "hello", CallOptions.timeout(Duration.ofSeconds(5))));
    assertThat(failure)
        .hasMessageContaining(library.id().toString())
        .hasMessageContaining(bob.id().toString());
  }

  private Agent open(AgentBuilder builder) {
    Agent agent = builder.start();
    opened.push(agent);
    return agent;
  }

  private static AgentBuilder builder(String name) {
    return Agent.builder(
            AgentConfig.of(
                Map.of(
                    "name",
                    name,
                    "identity",
                    "ephemeral",
                    "trust.policy",
                    "open",
                    "webhook.allow-private",
                    true)))
        .tls("agent");
  }

  private static Map<String, ?> peer(Agent at, AgentId id) {
    return Map.of("id", id.toString(), "at", List.of(at.endpoints().get(0).toString()));
  }

  /** What one request over a connection of its own is answered with. */
  private static String ask(IdentityKey who, URI at, String line) throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            new AgentTls(who)
                .client()
                .getSocketFactory()
                .createSocket(at.getHost(), at.getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              (line + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** Waits for the end of a link. */
  private record Ending(CompletableFuture<@Nullable Throwable> end) implements Link.Receiver {
    @Override
    public void onPacket(ByteBuffer packet) {}

    @Override
    public void onReadComplete() {}

    @Override
    public void onReady() {}

    @Override
    public void onClosed(@Nullable Throwable why) {
      end.complete(why);
    }
  }
}
