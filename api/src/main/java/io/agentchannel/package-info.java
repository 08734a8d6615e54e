/** One API for agents that call each other, whatever carries their calls. */
@NullMarked
package io.agentchannel;

import org.jspecify.annotations.NullMarked;
