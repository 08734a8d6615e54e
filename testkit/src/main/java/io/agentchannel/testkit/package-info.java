/** The contract every transport must pass, and an in-memory network to test agents on. */
@NullMarked
package io.agentchannel.testkit;

import org.jspecify.annotations.NullMarked;
