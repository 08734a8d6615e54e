package io.agentchannel.core.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Duplex;
import io.agentchannel.Handler;
import io.agentchannel.OneWay;
import io.agentchannel.Operation;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import io.agentchannel.core.DirectSection;
import io.agentchannel.core.config.GuestRules;
import io.agentchannel.core.serve.Dispatcher;
import io.agentchannel.core.serve.Rig;
import io.agentchannel.spi.GuestCalls.Guest;
import io.agentchannel.spi.GuestCalls.Visit;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

/** Tests that say JSON to an agent as a plain client does, and hear what it answers. */
abstract class JsonClient {
  record Question(String text) {}

  private static final Unary<Question, Question> ASK =
      Operation.unary("ask", Question.class, Question.class);
  private static final Streaming<String, String> CHAT =
      Operation.streaming("chat", String.class, String.class);
  private static final Duplex<String, String> TALK =
      Operation.duplex("talk", String.class, String.class);
  private static final OneWay<String> NOTE = Operation.oneWay("note", String.class);

  final Rig rig = new Rig();
  TextLink link;
  Dispatcher dispatcher = rig.dispatcher();

  @AfterEach
  void close() throws Exception {
    link.shutDown();
    Awaitility.await().untilAsserted(() -> assertThat(dispatcher.running()).isZero());
    rig.close();
  }

  final Guest converse() {
    return converse(GuestLimits.DEFAULTS);
  }

  final Guest converse(GuestLimits limits) {
    return converse(limits, 32 << 20);
  }

  final Guest converse(GuestLimits limits, int maxPacket) {
    link = new TextLink(maxPacket);
    AtomicInteger ignored = new AtomicInteger();
    Handler.Unary<Question, Question> ask =
        (q, call) -> new Question(q.text().toUpperCase(Locale.ROOT));
    Handler.Stream<String, String> chat =
        (q, out, call) -> {
          for (int i = 0; i < Integer.parseInt(q); i++) {
            out.send("i" + i);
          }
        };
    Handler.Stream<String, String> endless =
        (q, out, call) -> {
          while (true) {
            out.send("x".repeat(Integer.parseInt(q)));
          }
        };
    Handler.Duplex<String, String> talk =
        (conversation, call) -> {
          String message;
          while ((message = conversation.receive()) != null) {
            conversation.send("echo " + message);
          }
        };
    Handler.OneWay<String> note = (q, call) -> ignored.incrementAndGet();
    Handler.Unary<String, String> sleepy =
        (q, call) -> {
          DirectSection.requireMayBlock("sleeping");
          return "slept";
        };
    Handler.Unary<String, String> context = (q, call) -> call.metadata() + " " + call.timeLeft();
    rig.serve(ASK, ask)
        .serve(CHAT, chat)
        .serve(Operation.streaming("endless", String.class, String.class), endless)
        .serve(TALK, talk)
        .serve(NOTE, note)
        .serveDirect(Operation.unary("sleepy", String.class, String.class), sleepy)
        .serve(Operation.unary("context", String.class, String.class), context);
    dispatcher = rig.dispatcher();
    GuestRules rules = new GuestRules(GuestRules.Mode.LOOPBACK, Map.of(), List.of(), List.of());
    GuestDoor door = new GuestDoor(rules, dispatcher, rig.identity(), rig.services(), limits);
    Guest guest =
        door.admit(
            new Visit("ws", InetAddress.getLoopbackAddress(), "localhost:7080", null, false, null));
    guest.converse(link);
    return guest;
  }

  final void open(String name, String operation, String body) {
    link.say(
        "{\"kind\":\"open\",\"exchange\":\""
            + name
            + "\",\"operation\":\""
            + operation
            + "\",\"body\":\""
            + body
            + "\",\"last\":true}");
  }

  final void credit(String name, long bytes) {
    link.say("{\"kind\":\"credit\",\"exchange\":\"" + name + "\",\"credit\":" + bytes + "}");
  }
}
