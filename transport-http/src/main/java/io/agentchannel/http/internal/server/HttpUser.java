package io.agentchannel.http.internal.server;

import io.agentchannel.netty.internal.Channels;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.HalfOpen;
import io.agentchannel.netty.internal.PortUser;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.util.List;

/** Serves resources at a port, over HTTP/1.1 and HTTP/2 (RFC 9113). Thread-safe. */
public final class HttpUser implements PortUser {
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 128 * 1024);
  private static final int MOST_STREAMS = 128;

  /** Connections over which no request is being served. */
  private static final int MOST_UNUSED = 4096;

  private static final int MOST_HEADERS = 16 * 1024;

  private final Endpoint endpoint;
  private final List<Resource> resources;
  private final Channels channels;
  private final HalfOpen unused = new HalfOpen(MOST_UNUSED);

  /**
   * @param resources the first that owns a path serves it
   */
  public HttpUser(Endpoint endpoint, List<Resource> resources, Channels channels) {
    this.endpoint = endpoint;
    this.resources = List.copyOf(resources);
    this.channels = channels;
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public boolean wants(HttpRequest request) {
    return !request
        .headers()
        .containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
  }

  @Override
  public List<String> protocols() {
    return List.of("h2", "http/1.1");
  }

  @Override
  public void initialize(Channel channel) {
    channels.add(channel);
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    channel.pipeline().addLast(new RequestReader(resources, endpoint.isTls(), unused));
  }

  @Override
  public void initializeHttp2(Channel channel) {
    channels.add(channel);
    unused.add(channel);
    channel.closeFuture().addListener(closed -> unused.remove(channel));
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    channel
        .pipeline()
        .addLast(
            Http2FrameCodecBuilder.forServer()
                .initialSettings(
                    Http2Settings.defaultSettings()
                        .maxConcurrentStreams(MOST_STREAMS)
                        .maxHeaderListSize(MOST_HEADERS))
                .build(),
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream
                        .pipeline()
                        .addLast(
                            new Http2StreamFrameToHttpObjectCodec(/* isServer= */ true),
                            new RequestReader(resources, endpoint.isTls(), /* unused= */ null));
                  }
                }));
  }
}
