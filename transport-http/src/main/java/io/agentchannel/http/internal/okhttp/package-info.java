/** OkHttp with an agent's threads, certificates and proxies. Not API. */
@NullMarked
package io.agentchannel.http.internal.okhttp;

import org.jspecify.annotations.NullMarked;
