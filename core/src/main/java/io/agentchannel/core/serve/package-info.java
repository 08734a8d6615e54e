/** The server's side of a call, from the chain of interceptors to the handler and back. */
@NullMarked
package io.agentchannel.core.serve;

import org.jspecify.annotations.NullMarked;
