/**
 * Configuration: reading YAML, laying builder over environment over file, and the typed result.
 *
 * <p>Start at {@link io.agentchannel.core.config.Settings#resolve}. {@code Keys} is the table of
 * what exists; {@code Resolution} lays the sources over each other; {@code Values} reads one value.
 * Every failure is an {@link io.agentchannel.AgentException} whose message is one line.
 */
@NullMarked
package io.agentchannel.core.config;

import org.jspecify.annotations.NullMarked;
