@NullMarked
package io.agentchannel.websocket;

import org.jspecify.annotations.NullMarked;
