package io.agentchannel.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Payload;
import io.agentchannel.ReplySink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProgramsTest {
  private static final long MIB = 1 << 20;

  private final Programs programs = new Programs(2, 4 * MIB);

  @AfterEach
  void close() {
    programs.close();
  }

  private Payload call(String command, Payload request) throws Exception {
    return programs.unary(command).handle(request, new HandlerCall());
  }

  private List<Payload> stream(String command) throws Exception {
    List<Payload> items = new ArrayList<>();
    programs.stream(command).handle(Payload.ofText(""), sink(items::add), new HandlerCall());
    return items;
  }

  /** A handler in a thread of its own, with the call that it serves. */
  private record Running(HandlerCall call, BlockingQueue<String> items, CompletableFuture<?> done) {
    /** The process whose id the program wrote first. */
    ProcessHandle process() throws InterruptedException {
      String pid = items.poll(10, TimeUnit.SECONDS);
      return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    }
  }

  private Running start(String command) {
    HandlerCall call = new HandlerCall();
    BlockingQueue<String> items = new LinkedBlockingQueue<>();
    CompletableFuture<?> done =
        CompletableFuture.runAsync(
            () -> {
              try {
                programs.stream(command)
                    .handle(Payload.ofText(""), sink(item -> items.add(item.utf8())), call);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            task -> new Thread(task, "handler").start());
    return new Running(call, items, done);
  }

  private static ReplySink<Payload> sink(java.util.function.Consumer<Payload> items) {
    return new ReplySink<>() {
      @Override
      public void send(Payload item) {
        items.accept(item);
      }

      @Override
      public boolean isReady() {
        return true;
      }
    };
  }

  private static void awaitEnd(ProcessHandle process) throws Exception {
    process.onExit().get(10, TimeUnit.SECONDS);
  }

  @Test
  void theRequestIsReadAndTheOutputIsTheReply() throws Exception {
    assertThat(call("tr a-z A-Z", Payload.ofText("hello"))).isEqualTo(Payload.ofText("HELLO"));
  }

  @Test
  void largeAndBinaryRequestsPassUnharmed() throws Exception {
    byte[] bytes = new byte[(int) MIB];
    new Random(7).nextBytes(bytes);

    assertThat(call("cat", Payload.ofBytes(bytes))).isEqualTo(Payload.ofBytes(bytes));
  }

  @Test
  void aProgramThatWritesBeforeItReadsDoesNotBlock() throws Exception {
    byte[] bytes = new byte[(int) MIB];
    Arrays.fill(bytes, (byte) 'x');

    Payload reply =
        call(
            "head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2; cat",
            Payload.ofBytes(bytes));

    assertThat(reply.size()).isEqualTo(1_000_000 + bytes.length);
  }

  @Test
  void aProgramNeedNotReadItsInput() throws Exception {
    assertThat(call("echo done", Payload.ofBytes(new byte[(int) MIB])))
        .isEqualTo(Payload.ofText("done\n"));
  }

  @Test
  void theRequestIsNeverPartOfTheCommand() throws Exception {
    assertThat(call("cat; echo $#", Payload.ofText("$(echo injected); `id`\n")).utf8())
        .isEqualTo("$(echo injected); `id`\n0\n");
  }

  @Test
  void theProgramKnowsWhoCalls() throws Exception {
    String command = "echo $AGENTCHANNEL_PEER $AGENTCHANNEL_OPERATION $AGENTCHANNEL_EXCHANGE";

    assertThat(call(command, Payload.ofText("")).utf8())
        .isEqualTo(HandlerCall.CALLER + " run 0123456789abcdef-1\n");
  }

  @Test
  void anExitStatusFailsTheCallWithTheLastLineOfStandardError() {
    assertThatThrownBy(
            () -> call("echo one >&2; echo 'two\033[0m' >&2; exit 3", Payload.ofText("")))
        .isInstanceOfSatisfying(
            AgentException.class,
            e -> {
              assertThat(e.code()).isEqualTo(Code.APPLICATION);
              assertThat(e).hasMessageStartingWith("two").hasMessageNotContaining("\033");
              assertThat(e.details()).containsEntry("exit", "3");
            });
  }

  @Test
  void anExitStatusWithoutAWordIsTold() {
    assertThatThrownBy(() -> call("exit 4", Payload.ofText(""))).hasMessage("exit status 4");
  }

  @Test
  void aReplyLargerThanAllowedFailsTheCallAndEndsTheProgram() {
    assertThatThrownBy(() -> call("yes", Payload.ofText("")))
        .isInstanceOf(AgentException.class)
        .hasMessage("a reply is longer than " + 4 * MIB + " bytes");
  }

  @Test
  void eachLineIsAnItem() throws Exception {
    List<Payload> items = stream("seq 1 1000");

    assertThat(items).hasSize(1000);
    assertThat(items.get(0)).isEqualTo(Payload.ofText("1"));
    assertThat(items.get(999)).isEqualTo(Payload.ofText("1000"));
  }

  @Test
  void aLineIsSentBeforeTheProgramEnds() throws Exception {
    Running running = start("echo $$; exec sleep 300");
    ProcessHandle process = running.process();

    assertThat(process.isAlive()).isTrue();

    running.call().cancel();
    awaitEnd(process);
  }

  @Test
  void itemsBeforeAFailureAreSent() {
    List<Payload> items = new ArrayList<>();

    assertThatThrownBy(
            () ->
                programs.stream("echo one; echo oh >&2; exit 1")
                    .handle(Payload.ofText(""), sink(items::add), new HandlerCall()))
        .hasMessage("oh");
    assertThat(items).containsExactly(Payload.ofText("one"));
  }

  @Test
  void cancellingEndsTheProgramAndAllItHasStarted() throws Exception {
    Running running = start("sh -c 'sleep 300 & echo $!; wait' & echo $!; wait");
    ProcessHandle one = running.process();
    ProcessHandle other = running.process();

    running.call().cancel();

    awaitEnd(one);
    awaitEnd(other);
    assertThatThrownBy(() -> running.done().get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
  }

  @Test
  void aProgramThatIgnoresTheRequestToEndIsEndedAllTheSame() throws Exception {
    Running running = start("trap '' TERM; echo $$; while :; do sleep 1; done");
    ProcessHandle process = running.process();

    running.call().cancel();

    awaitEnd(process);
  }

  @Test
  void whatAProgramLeavesBehindDoesNotHoldItsReplyBack() throws Exception {
    Payload reply = call("sleep 300 & echo $!", Payload.ofText(""));

    ProcessHandle left = ProcessHandle.of(Long.parseLong(reply.utf8().strip())).orElseThrow();
    assertThat(left.isAlive()).isTrue();
    left.destroy();
    awaitEnd(left);
  }

  @Test
  void noMoreRunAtOnceThanAllowed() throws Exception {
    Running first = start("echo $$; exec sleep 300");
    Running second = start("echo $$; exec sleep 300");
    first.process();
    ProcessHandle running = second.process();
    Running third = start("echo $$; exec sleep 300");

    assertThat(third.items().poll(200, TimeUnit.MILLISECONDS)).isNull();
    second.call().cancel();
    awaitEnd(running);
    assertThat(third.process().isAlive()).isTrue();

    first.call().cancel();
    third.call().cancel();
  }

  @Test
  void closingWaitsForWhatIsBeingEndedAlready() throws Exception {
    Running running = start("trap '' TERM; echo $$; while :; do sleep 1; done");
    ProcessHandle process = running.process();
    running.call().cancel();
    assertThatThrownBy(() -> running.done().get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);

    programs.close();

    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void closingEndsWhatRuns() throws Exception {
    ProcessHandle process = start("echo $$; exec sleep 300").process();

    programs.close();

    assertThat(process.isAlive()).isFalse();
  }
}
