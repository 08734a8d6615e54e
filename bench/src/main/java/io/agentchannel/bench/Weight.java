package io.agentchannel.bench;

/**
 * What one of something takes of the heap, both ends together.
 *
 * @param of how many there were
 */
record Weight(String what, long bytesEach, int of) {}
