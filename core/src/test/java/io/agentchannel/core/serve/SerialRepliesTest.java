package io.agentchannel.core.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SerialRepliesTest {

  @Test
  void manyThreadsMakeOneOrder() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 50; round++) {
        RecordedReplies out = new RecordedReplies();
        SerialReplies serial = new SerialReplies(out, broken -> {});
        List<Future<?>> senders = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          int thread = t;
          senders.add(
              pool.submit(
                  () -> {
                    for (int i = 0; i < 200; i++) {
                      serial.item(Payload.ofText(thread + ":" + i), false);
                    }
                  }));
        }
        for (Future<?> sender : senders) {
          sender.get();
        }
        serial.end(null);
        out.awaitEnd();
        assertThat(out.items()).hasSize(800);
        for (int t = 0; t < 4; t++) {
          String prefix = t + ":";
          List<String> mine = out.texts().stream().filter(s -> s.startsWith(prefix)).toList();
          for (int i = 0; i < 200; i++) {
            assertThat(mine.get(i)).isEqualTo(prefix + i);
          }
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void firstEndWinsAndNothingFollows() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 200; round++) {
        RecordedReplies out = new RecordedReplies();
        SerialReplies serial = new SerialReplies(out, broken -> {});
        List<Future<Boolean>> ends = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          ends.add(
              pool.submit(
                  () -> {
                    serial.item(Payload.ofText("x"), false);
                    return serial.tryEnd(DispatcherTest.cancelled());
                  }));
        }
        int first = 0;
        for (Future<Boolean> end : ends) {
          first += end.get() ? 1 : 0;
        }
        assertThat(first).isEqualTo(1);
        out.awaitFailure();
        out.assertClean();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void callBackFromWithinIsTakenLater() {
    List<String> seen = new ArrayList<>();
    SerialReplies[] serial = new SerialReplies[1];
    Replies out =
        new Inert() {
          @Override
          public void item(Payload item, boolean last) {
            seen.add("begin " + item.utf8());
            if (item.utf8().equals("a")) {
              serial[0].item(Payload.ofText("b"), false);
              serial[0].end(null);
            }
            seen.add("end " + item.utf8());
          }

          @Override
          public void end(@Nullable AgentException failure) {
            seen.add("over");
          }
        };
    serial[0] = new SerialReplies(out, broken -> {});
    serial[0].item(Payload.ofText("a"), false);
    assertThat(seen).containsExactly("begin a", "end a", "begin b", "end b", "over");
  }

  @Test
  void faultBehindItEndsTheCallThere() {
    List<AgentException> ends = new ArrayList<>();
    List<AgentException> told = new ArrayList<>();
    Replies out =
        new Inert() {
          @Override
          public void item(Payload item, boolean last) {
            throw new IllegalStateException("a bad interceptor");
          }

          @Override
          public void end(@Nullable AgentException failure) {
            ends.add(failure);
          }
        };
    SerialReplies serial = new SerialReplies(out, told::add);
    serial.item(Payload.ofText("a"), false);
    serial.item(Payload.ofText("b"), false);
    serial.end(null);
    assertThat(ends).singleElement().extracting(AgentException::code).isEqualTo(Code.INTERNAL);
    assertThat(told).hasSize(1);
  }

  /** Replies that do nothing. */
  static class Inert implements Replies {
    @Override
    public void item(Payload item, boolean last) {}

    @Override
    public void end(@Nullable AgentException failure) {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onReady() {}

    @Override
    public void taken(int count) {}
  }
}
