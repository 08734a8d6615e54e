/**
 * Links as the core drives them: {@link io.agentchannel.core.link.LinkDriver} does the handshake
 * and the end, gathers what a session has to say into packets, and notices a silent peer ({@link
 * io.agentchannel.core.link.Silence}).
 */
@NullMarked
package io.agentchannel.core.link;

import org.jspecify.annotations.NullMarked;
