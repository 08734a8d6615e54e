/**
 * Links over HTTP, by polling and by webhooks; plain HTTP clients and services.
 *
 * <p>{@link io.agentchannel.http.HttpTransport} is the entry. Behind it, {@code internal.link}
 * makes links, {@code internal.server} and {@code internal.client} are the two sides of HTTP.
 */
@NullMarked
package io.agentchannel.http;

import org.jspecify.annotations.NullMarked;
