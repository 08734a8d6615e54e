@NullMarked
package io.agentchannel.http.guest;

import org.jspecify.annotations.NullMarked;
