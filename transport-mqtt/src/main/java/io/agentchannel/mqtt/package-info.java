/**
 * Links through an MQTT 5 broker, schemes {@code mqtt}, {@code mqtts}, {@code mqtt+ws} and {@code
 * mqtt+wss}; plain MQTT clients call agents by request and response topics.
 *
 * <p>{@link io.agentchannel.mqtt.MqttTransport} is the entry. It keeps a {@code Broker} for each
 * broker: all that the agent wants of it. The {@code Connection} of that sees to it that there is a
 * {@code Session} on a {@code Wire}; a {@code Contact} makes an outgoing link on it, a {@code
 * Listening} takes what comes in. The {@code Subscriptions} of a broker are to the public topics of
 * agents, which are had as they are ({@code mqtt-native} and so on).
 */
@NullMarked
package io.agentchannel.mqtt;

import org.jspecify.annotations.NullMarked;
