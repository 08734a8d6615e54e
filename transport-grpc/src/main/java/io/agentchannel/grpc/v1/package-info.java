/**
 * The messages and stubs of {@code agent_service.proto}, generated: for plain Java clients of an
 * agent. Other languages generate theirs from the file, which is in the jar.
 */
@NullMarked
package io.agentchannel.grpc.v1;

import org.jspecify.annotations.NullMarked;
