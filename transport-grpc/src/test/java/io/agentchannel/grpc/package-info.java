@NullMarked
package io.agentchannel.grpc;

import org.jspecify.annotations.NullMarked;
