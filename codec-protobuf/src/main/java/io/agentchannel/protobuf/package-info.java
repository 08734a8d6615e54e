/**
 * Protobuf messages as what operations take and answer: {@link
 * io.agentchannel.protobuf.ProtobufCodec}.
 */
@NullMarked
package io.agentchannel.protobuf;

import org.jspecify.annotations.NullMarked;
