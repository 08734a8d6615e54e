/** Programs that serve operations: how they are run, bounded and ended. */
@NullMarked
package io.agentchannel.cli.exec;

import org.jspecify.annotations.NullMarked;
