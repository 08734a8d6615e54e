package io.agentchannel.bench;

import io.agentchannel.Agent;
import io.agentchannel.AgentBuilder;
import io.agentchannel.AgentChannel;
import io.agentchannel.AgentConfig;
import io.agentchannel.CallOptions;
import io.agentchannel.Operation;
import io.agentchannel.Payload;
import io.agentchannel.Streaming;
import io.agentchannel.Unary;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Two agents, one of which serves what the other calls; how, is for the two modes to say. */
abstract class AgentSubject implements Subject {
  static final Unary<Payload, Payload> ECHO = Operation.raw("echo");
  static final Streaming<Integer, Payload> ITEMS =
      Operation.streaming("items", Integer.class, Payload.class);
  static final Payload MESSAGE = Payload.ofBytes(new byte[MESSAGE_BYTES]);

  /** A call that is lost must not keep the measurement waiting for good. */
  static final CallOptions OPTIONS = CallOptions.timeout(Duration.ofMinutes(1));

  final AgentChannel channel;
  private final Agent served;
  private final Agent caller;

  /**
   * @param listen where the served agent listens; port 0 where there are ports
   * @param operations adds {@link #ECHO} and {@link #ITEMS}
   */
  AgentSubject(String listen, UnaryOperator<AgentBuilder> operations) {
    this(listen, "sealed", operations);
  }

  /**
   * @param security of both
   */
  AgentSubject(String listen, String security, UnaryOperator<AgentBuilder> operations) {
    this.served =
        operations.apply(Agent.builder(config("served", listen)).security(security)).start();
    this.caller = Agent.builder(config("caller")).security(security).start();
    this.channel = caller.channel(served.endpoints().get(0).toString());
  }

  static AgentConfig config(String name, String... listen) {
    return AgentConfig.of(
        Map.of(
            "name",
            name,
            "identity",
            "ephemeral",
            "trust.policy",
            "open",
            "webhook.allow-private",
            true,
            "mqtt.qos",
            MqttBroker.QOS,
            "listen",
            List.of(listen)));
  }

  @Override
  public void close() {
    caller.close();
    served.close();
  }
}
