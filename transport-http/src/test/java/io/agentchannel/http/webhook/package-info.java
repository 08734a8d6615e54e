@NullMarked
package io.agentchannel.http.webhook;

import org.jspecify.annotations.NullMarked;
