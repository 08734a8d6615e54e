/**
 * HTTP/1.1 on the client's side: connections that stay, and requests that are repeated. Not API.
 */
@NullMarked
package io.agentchannel.http.internal.client;

import org.jspecify.annotations.NullMarked;
