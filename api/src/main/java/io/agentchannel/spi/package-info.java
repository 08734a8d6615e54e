/** What a transport implements, and what it is given to do so. */
@NullMarked
package io.agentchannel.spi;

import org.jspecify.annotations.NullMarked;
