@NullMarked
package io.agentchannel.core.serve;

import org.jspecify.annotations.NullMarked;
