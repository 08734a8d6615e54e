/** The {@code agentchannel} command. */
@NullMarked
package io.agentchannel.cli;

import org.jspecify.annotations.NullMarked;
