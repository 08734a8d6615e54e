/** The signed card: what an agent says of itself, so that others can check who said it. */
@NullMarked
package io.agentchannel.core.card;

import org.jspecify.annotations.NullMarked;
