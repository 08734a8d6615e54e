package io.agentchannel.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.Interceptor;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** The oracle of {@link Simulation} can object: what is broken on purpose here, it finds. */
final class FaultySimulationTest {
  private static final int SEEDS = 300;

  @Test
  void aFinishedSetThatForgetsIsFound() {
    assertThat(firstObjection(ForgetfulState::new))
        .containsAnyOf("ran twice", "was started twice", "after the end");
  }

  @Test
  void aSendFlowThatDoesNotReplayIsFound() {
    assertThat(firstObjection(LossyState::new))
        .containsAnyOf("broke the protocol", "does not come to rest", "without all replies");
  }

  private static String firstObjection(SimulatedAgent.Parts broken) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        Simulation.run(seed, broken);
      } catch (AssertionError objection) {
        return String.valueOf(objection.getMessage());
      }
    }
    return "no objection in " + SEEDS + " seeds";
  }

  /** Runs an exchange again whose OPEN comes a second time. */
  private static final class ForgetfulState extends SessionState {
    ForgetfulState(
        ExchangeOptions options,
        Budget budget,
        Session.Remote remote,
        Interceptor.Next server,
        LongSupplier clock,
        Past past) {
      super(options, budget, remote, server, clock, past);
    }

    @Override
    FinishedSet newFinishedSet() {
      return new FinishedSet() {
        @Override
        boolean contains(long counter) {
          return false;
        }
      };
    }
  }

  /** Takes for arrived whatever was sent before the exchange moved. */
  private static final class LossyState extends SessionState {
    LossyState(
        ExchangeOptions options,
        Budget budget,
        Session.Remote remote,
        Interceptor.Next server,
        LongSupplier clock,
        Past past) {
      super(options, budget, remote, server, clock, past);
    }

    @Override
    SendFlow newSendFlow(long credit) {
      return new SendFlow(budget(), credit) {
        @Override
        void rewind(long ack, long credit) {
          onAck(lastSeq(), credit);
        }
      };
    }
  }
}
