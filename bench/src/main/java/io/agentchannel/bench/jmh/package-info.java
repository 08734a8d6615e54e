/**
 * Microbenchmarks of the codecs, the wire and the exchange core. Run with {@code bench/run jmh}.
 */
@NullMarked
package io.agentchannel.bench.jmh;

import org.jspecify.annotations.NullMarked;
