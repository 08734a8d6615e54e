@NullMarked
package io.agentchannel.core.guest;

import org.jspecify.annotations.NullMarked;
