/**
 * What every transport must keep to, as JUnit tests: {@link
 * io.agentchannel.testkit.contract.LinkContract} for its links alone, and {@link
 * io.agentchannel.testkit.contract.TransportContract} for agents over them.
 */
@NullMarked
package io.agentchannel.testkit.contract;

import org.jspecify.annotations.NullMarked;
