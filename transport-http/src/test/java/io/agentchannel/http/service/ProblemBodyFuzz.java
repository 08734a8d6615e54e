package io.agentchannel.http.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever bytes a service answers with that has failed: one line, and a few details. */
class ProblemBodyFuzz {
  @FuzzTest
  void anErrorBecomesOneLine(byte[] bytes) {
    ProblemBody problem = ProblemBody.read(bytes);

    String message = problem.message();
    if (message != null) {
      assertThat(message).hasSizeLessThanOrEqualTo(1024).doesNotContainPattern("\\p{Cntrl}");
    }
    assertThat(problem.details()).hasSizeLessThanOrEqualTo(32);
  }
}
