/**
 * HTTP/1.1 and HTTP/2 on the server's side: a request with its body in, one response out, whole or
 * streamed. Not API.
 */
@NullMarked
package io.agentchannel.http.internal.server;

import org.jspecify.annotations.NullMarked;
