package io.agentchannel.it;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Says to a broker what no client library would say. */
final class RawPublisher implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 5_000;

  private final Socket socket;
  private final DataInputStream in;

  private RawPublisher(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  static RawPublisher at(int port) throws IOException {
    RawPublisher publisher = new RawPublisher(new Socket(InetAddress.getLoopbackAddress(), port));
    ByteBuf body = text(Unpooled.buffer(), "MQTT");
    body.writeBytes(ByteBufUtil.decodeHexDump("0502003c00"));
    publisher.send(0x10, text(body, UUID.randomUUID().toString()));
    publisher.skipAnswer();
    return publisher;
  }

  private static ByteBuf text(ByteBuf to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return to.writeShort(bytes.length).writeBytes(bytes);
  }

  private void send(int type, ByteBuf body) throws IOException {
    ByteBuf packet = Unpooled.buffer().writeByte(type);
    int length = body.readableBytes();
    do {
      packet.writeByte(length > 127 ? length & 127 | 128 : length);
      length >>= 7;
    } while (length > 0);
    socket.getOutputStream().write(ByteBufUtil.getBytes(packet.writeBytes(body)));
  }

  private void skipAnswer() throws IOException {
    in.readByte();
    in.skipNBytes(in.readByte());
  }

  /**
   * At QoS 1.
   *
   * @param properties in hex, fewer than 128 bytes
   * @return whether the broker took it
   */
  boolean publish(String topic, String properties, int payload) throws IOException {
    byte[] all = ByteBufUtil.decodeHexDump(properties);
    ByteBuf body = text(Unpooled.buffer(), topic).writeShort(1).writeByte(all.length);
    try {
      send(0x32, body.writeBytes(all).writeZero(payload));
      skipAnswer();
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
