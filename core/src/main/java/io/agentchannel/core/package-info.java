/** The runtime behind the API. Nothing here is meant to be imported by agents. */
@NullMarked
package io.agentchannel.core;

import org.jspecify.annotations.NullMarked;
