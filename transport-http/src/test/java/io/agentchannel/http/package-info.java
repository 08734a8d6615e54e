@NullMarked
package io.agentchannel.http;

import org.jspecify.annotations.NullMarked;
