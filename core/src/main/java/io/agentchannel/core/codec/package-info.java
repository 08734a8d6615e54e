/**
 * Values to payloads and back. {@link io.agentchannel.core.codec.Codecs} is the entry; the built-in
 * codecs behind it are those of {@link io.agentchannel.Codec}.
 */
@NullMarked
package io.agentchannel.core.codec;

import org.jspecify.annotations.NullMarked;
