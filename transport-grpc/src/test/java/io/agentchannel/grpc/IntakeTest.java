package io.agentchannel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IntakeTest {
  private static final int MIB = 1024 * 1024;

  @Test
  void manyMessagesAreAskedForAtOnce() {
    assertThat(new Intake(4096).next()).isEqualTo(64);
  }

  @Test
  void allThatWereAskedForFitHoweverLargeTheyAre() {
    Intake intake = new Intake(4 * MIB);
    int asked = intake.next();
    assertThat(asked).isEqualTo(16);
    for (int i = 0; i < asked; i++) {
      intake.arrived(4 * MIB);
    }
    assertThat(intake.next()).isZero();
  }

  @Test
  void moreIsAskedForWhenHalfIsTaken() {
    Intake intake = new Intake(4096);
    int asked = intake.next();
    for (int i = 0; i < asked; i++) {
      intake.arrived(10);
    }
    intake.taken(31);
    assertThat(intake.next()).isZero();
    intake.taken(1);
    assertThat(intake.next()).isEqualTo(32);
    assertThat(intake.next()).isZero();
  }

  @Test
  void nothingIsAskedForWhileMuchWaits() {
    Intake intake = new Intake(MIB);
    intake.next();
    for (int i = 0; i < 64; i++) {
      intake.arrived(8 * 1024);
    }
    intake.taken(31);
    assertThat(intake.next()).as("264 KiB wait").isZero();
    intake.taken(32);
    assertThat(intake.next()).isEqualTo(63);
  }

  @Test
  void whatWasNeverThereCannotBeTaken() {
    Intake intake = new Intake(4096);
    intake.next();
    intake.arrived(10);
    intake.taken(1000);
    assertThat(intake.next()).isZero();
  }
}
