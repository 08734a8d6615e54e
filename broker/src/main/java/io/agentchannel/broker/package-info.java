/** A light MQTT 5 broker inside of a JVM, for development and tests; never for production. */
@NullMarked
package io.agentchannel.broker;

import org.jspecify.annotations.NullMarked;
