/**
 * Links between SDK peers over HTTP: numbered batches of packets that are repeated until they are
 * acknowledged. Not API.
 */
@NullMarked
package io.agentchannel.http.internal.link;

import org.jspecify.annotations.NullMarked;
