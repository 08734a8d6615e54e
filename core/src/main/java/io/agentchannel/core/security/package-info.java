/** Who an agent is, and how two agents make sure of each other when a link comes up. */
@NullMarked
package io.agentchannel.core.security;

import org.jspecify.annotations.NullMarked;
