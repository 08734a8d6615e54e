package io.agentchannel.bench;

/** A library used as it is, without AgentChannel. */
interface RawSubject extends Subject {

  /** One more connection to the same server, both ends in this JVM, with nothing going over it. */
  AutoCloseable connectAnother() throws Exception;
}
