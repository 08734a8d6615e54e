package io.agentchannel.spi;

import java.net.URI;

/** A place that is listened at. */
public interface Binding extends AutoCloseable {

  /** The endpoint with the port that was really bound. */
  URI endpoint();

  /** Takes no new links; those that exist stay. Twice does nothing. */
  @Override
  void close();
}
