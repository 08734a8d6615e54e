/**
 * Who may call this agent, and which key a peer has shown before. {@link
 * io.agentchannel.core.trust.Trust} decides from a snapshot in memory; {@link
 * io.agentchannel.core.trust.TrustHome} is the files that commands and agents of one user share.
 */
@NullMarked
package io.agentchannel.core.trust;

import org.jspecify.annotations.NullMarked;
