/** What the parts of the HTTP transport share. Not API. */
@NullMarked
package io.agentchannel.http.internal;

import org.jspecify.annotations.NullMarked;
