package io.agentchannel.http.guest;

import io.agentchannel.http.webhook.DeadLetter;
import io.agentchannel.http.webhook.DeadLetterListener;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Found as users' listeners are. */
public final class TestDeadLetters implements DeadLetterListener {
  static final BlockingQueue<DeadLetter> LETTERS = new LinkedBlockingQueue<>();

  @Override
  public void onDeadLetter(DeadLetter letter) {
    LETTERS.add(letter);
  }
}
