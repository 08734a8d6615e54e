package io.agentchannel.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CuttableWireTest {
  private ServerSocket far;
  private CuttableWire wire;

  @BeforeEach
  void open() throws IOException {
    far = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    wire = CuttableWire.to((InetSocketAddress) far.getLocalSocketAddress());
  }

  @AfterEach
  void close() throws IOException {
    wire.close();
    far.close();
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), wire.port());
  }

  @Test
  void carriesBytesBothWays() throws IOException {
    try (Socket near = connect();
        Socket accepted = far.accept()) {
      near.getOutputStream().write(7);
      assertThat(accepted.getInputStream().read()).isEqualTo(7);
      accepted.getOutputStream().write(8);
      assertThat(near.getInputStream().read()).isEqualTo(8);
      assertThat(wire.connections()).isEqualTo(1);
    }
  }

  @Test
  void theEndOfOneSideReachesTheOther() throws IOException {
    try (Socket near = connect();
        Socket accepted = far.accept()) {
      near.close();
      assertThat(accepted.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aCutBreaksConnectionsAndRefusesNewOnesUntilItIsMended() throws IOException {
    try (Socket near = connect();
        Socket accepted = far.accept()) {
      near.getOutputStream().write(7);
      assertThat(accepted.getInputStream().read()).isEqualTo(7);

      wire.cut();

      assertBroken(near);
      assertBroken(accepted);
      assertThatThrownBy(() -> connect().close()).isInstanceOf(ConnectException.class);

      wire.mend();
      try (Socket again = connect();
          Socket acceptedAgain = far.accept()) {
        again.getOutputStream().write(9);
        assertThat(acceptedAgain.getInputStream().read()).isEqualTo(9);
        again.getOutputStream().write(9);
        assertThat(acceptedAgain.getInputStream().read()).isEqualTo(9);
        assertThat(wire.carried()).isBetween(1L, 2L);
      }
    }
  }

  private static void assertBroken(Socket socket) {
    int read;
    try {
      read = socket.getInputStream().read();
    } catch (IOException reset) {
      return;
    }
    assertThat(read).isEqualTo(-1);
  }
}
