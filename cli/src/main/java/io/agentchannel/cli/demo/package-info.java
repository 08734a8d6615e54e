/** The demonstration: two processes, one conversation, and a wire between them to cut. */
@NullMarked
package io.agentchannel.cli.demo;

import org.jspecify.annotations.NullMarked;
