package io.agentchannel.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class LeakCheckTest {

  @Test
  void aThreadThatIsLeftIsNamed() throws Exception {
    LeakCheck check = LeakCheck.begin();
    CountDownLatch end = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                end.await();
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
            },
            "agentchannel-left");
    thread.start();
    assertThat(check.left()).containsExactly("thread agentchannel-left");
    end.countDown();

    check.assertNothingLeft();
  }

  @Test
  void aSocketThatIsLeftIsFound() throws Exception {
    Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "no /proc/self/fd here");
    LeakCheck check = LeakCheck.begin();
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(socket.isBound()).isTrue();
      assertThat(check.left()).hasSize(1).first().asString().startsWith("socket:");
    }

    check.assertNothingLeft();
  }
}
