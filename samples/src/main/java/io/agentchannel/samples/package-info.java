/** Small complete programs. */
@NullMarked
package io.agentchannel.samples;

import org.jspecify.annotations.NullMarked;
