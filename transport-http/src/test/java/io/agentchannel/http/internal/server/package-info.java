@NullMarked
package io.agentchannel.http.internal.server;

import org.jspecify.annotations.NullMarked;
