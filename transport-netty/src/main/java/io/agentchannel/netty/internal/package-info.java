/**
 * What the transports on Netty share: threads, dialling, TLS, and ports that serve several
 * protocols. Not API: it changes with the transports.
 */
@NullMarked
package io.agentchannel.netty.internal;

import org.jspecify.annotations.NullMarked;
