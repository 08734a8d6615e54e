package io.agentchannel.websocket;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that says what it is told to, byte by byte. */
final class RawClient implements AutoCloseable {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;
  static final int FIN = 0x80;
  static final int RSV1 = 0x40;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  RawClient(URI endpoint) throws IOException {
    socket = new Socket(endpoint.getHost(), endpoint.getPort());
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** An upgraded one. */
  static RawClient upgraded(URI endpoint, String protocol) throws IOException {
    RawClient client = new RawClient(endpoint);
    String answer = client.upgrade("/", "Sec-WebSocket-Protocol: " + protocol);
    if (!answer.startsWith("HTTP/1.1 101 ")) {
      client.close();
      throw new AssertionError(answer);
    }
    return client;
  }

  /** Asks for the upgrade; gives the head of the answer, and its body if it is not 101. */
  String upgrade(String path, String... headers) throws IOException {
    StringBuilder request =
        new StringBuilder("GET ")
            .append(path)
            .append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n")
            .append("Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")
            .append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return ask(request.append("\r\n").toString());
  }

  String ask(String request) throws IOException {
    out.write(request.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      head.write(in.readUnsignedByte());
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    return text.startsWith("HTTP/1.1 101 ")
        ? text
        : text + new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  /** One masked frame; the mask is zero. */
  void frame(int first, byte[] payload) throws IOException {
    frameHead(first, 0x80, payload.length);
    out.write(payload);
    out.flush();
  }

  void frameHead(int first, int mask, int length) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(14).put((byte) first);
    if (length < 126) {
      head.put((byte) (mask | length));
    } else if (length <= 0xffff) {
      head.put((byte) (mask | 126)).putShort((short) length);
    } else {
      head.put((byte) (mask | 127)).putLong(length);
    }
    if (mask != 0) {
      head.putInt(0);
    }
    out.write(head.array(), 0, head.position());
    out.flush();
  }

  /** The next frame's payload, which must be of this kind. */
  byte[] expect(int opcode) throws IOException {
    int first = in.readUnsignedByte();
    int length = in.readUnsignedByte();
    length = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
    byte[] payload = new byte[length];
    in.readFully(payload);
    if ((first & 0x0f) != opcode) {
      throw new AssertionError("opcode " + (first & 0x0f));
    }
    return payload;
  }

  /** The status of the Close that comes next. */
  int expectClose() throws IOException {
    return ByteBuffer.wrap(expect(CLOSE)).getShort();
  }

  /** Waits for the other side to close the connection. */
  void expectEnd() throws IOException {
    try {
      int more = in.readUnsignedByte();
      throw new AssertionError("another byte: " + more);
    } catch (EOFException end) {
      // As it should be.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
