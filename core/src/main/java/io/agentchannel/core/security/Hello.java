package io.agentchannel.core.security;

import io.agentchannel.AgentId;

/**
 * What each side says of itself in the handshake.
 *
 * @param instance the 64 random bits of its process
 * @param window the credit that it gives to each OPEN, in bytes
 * @param resumeMillis how long it keeps exchanges without a link
 */
public record Hello(AgentId id, String name, long instance, long window, long resumeMillis) {}
