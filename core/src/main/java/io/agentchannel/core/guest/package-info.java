/** Plain clients of a transport: who is admitted, and the JSON conversations of those who are. */
@NullMarked
package io.agentchannel.core.guest;

import org.jspecify.annotations.NullMarked;
