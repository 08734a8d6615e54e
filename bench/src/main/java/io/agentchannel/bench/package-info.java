/** Benchmarks, and the measurements beside the raw libraries. */
@NullMarked
package io.agentchannel.bench;

import org.jspecify.annotations.NullMarked;
