@NullMarked
package io.agentchannel.mqtt;

import org.jspecify.annotations.NullMarked;
