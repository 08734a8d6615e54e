/** Which proxy an outgoing connection takes. */
@NullMarked
package io.agentchannel.core.proxy;

import org.jspecify.annotations.NullMarked;
