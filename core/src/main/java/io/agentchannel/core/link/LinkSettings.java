package io.agentchannel.core.link;

import java.time.Duration;

/**
 * How patient a link is.
 *
 * @param keepAliveInterval how often an idle link is asked for a sign of life
 * @param keepAliveTimeout how long it may stay silent after it was asked
 * @param handshakeTimeout how long the three packets may take
 */
public record LinkSettings(
    Duration keepAliveInterval, Duration keepAliveTimeout, Duration handshakeTimeout) {}
